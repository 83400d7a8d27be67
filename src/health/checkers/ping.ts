/** PING_CHECK: a server that answers an ICMP echo request is up. */
import type { Family } from '../../base/address.ts';
import {
  decodeEchoReply,
  decodeReturnedRequest,
  type Echo,
  encodeEchoRequest,
} from '../../wire/icmp.ts';
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
      const isOurs = (other: Echo | undefined): boolean =>
        other?.identifier === echo.identifier && other.sequence === echo.sequence;
      const hear: Hear = (heard) => {
        // The socket hears all ICMP of its peer: requests, replies to others, and complaints about others.
        if (heard.kind === 'data') {
          return isOurs(decodeEchoReply(family, heard.bytes)) ? answered : ignore(hear);
        }
        if (heard.kind !== 'complaint' || isOurs(decodeReturnedRequest(family, heard.about))) {
          return withoutAnswer(heard, waitedFor);
        }
        return ignore(hear);
      };
      return say(encodeEchoRequest(family, echo), hear);
    },
  };
}
