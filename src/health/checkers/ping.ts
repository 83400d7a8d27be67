/** PING_CHECK: a server that answers an ICMP echo request is up. */
import type { Family } from '../../base/address.ts';
import { decodeEchoReply, encodeEchoRequest } from '../../wire/icmp.ts';
import {
  type Conversation,
  type Hear,
  ignore,
  passed,
  say,
  withoutAnswer,
} from './conversation.ts';

const waitedFor = 'an echo reply';
const answered = passed('echo reply received');

export function pingConversation(family: Family): Conversation {
  return {
    carrier: 'echo',
    open({ nonce }) {
      const echo = { identifier: nonce >>> 16, sequence: nonce & 0xffff };
      const hear: Hear = (heard) => {
        if (heard.kind !== 'data') return withoutAnswer(heard, waitedFor);
        // The socket hears all ICMP of its peer: requests, and replies to others.
        const reply = decodeEchoReply(family, heard.bytes);
        const isOurs = reply?.identifier === echo.identifier && reply.sequence === echo.sequence;
        return isOurs ? answered : ignore(hear);
      };
      return say(encodeEchoRequest(family, echo), hear);
    },
  };
}
