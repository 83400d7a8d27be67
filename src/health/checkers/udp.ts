/** UDP_CHECK: a server that does not refuse a datagram, or that answers it as wanted, is up. */
import type { ByteMask, UdpChecker } from '../checker.ts';
import {
  type Conversation,
  failed,
  type Hear,
  type Judgement,
  passed,
  say,
  withoutAnswer,
} from './conversation.ts';

export function udpConversation({ payload, reply }: UdpChecker): Conversation {
  const hear: Hear = (heard) => {
    if (heard.kind === 'data') {
      return reply === undefined ? passed('a reply came') : judge(heard.bytes, reply);
    }
    if (reply === undefined && heard.kind === 'silence') return passed('not refused');
    return withoutAnswer(heard, reply === undefined ? 'the time was over' : 'a reply');
  };
  return { carrier: 'datagram', open: () => say(payload, hear) };
}

/** The lengths count only beside a pattern. What both have is compared: either may be longer. */
function judge(bytes: Uint8Array, wanted: Exclude<UdpChecker['reply'], undefined>): Judgement {
  const { pattern, minimum, maximum } = wanted;
  const size = bytes.length;
  if (pattern.length === 0) return passed(`a reply of ${size} bytes came`);
  if (size < minimum || size > maximum) {
    return failed(`a reply of ${size} bytes, wanted ${minimum} to ${maximum}`);
  }
  const at = bytes.findIndex((byte, index) => !fits(byte, pattern[index]));
  return at < 0
    ? passed(`a reply of ${size} bytes as wanted`)
    : failed(`the reply differs from the pattern at byte ${at}`);
}

function fits(byte: number, wanted: ByteMask | undefined): boolean {
  return wanted === undefined || (byte & wanted.mask) === wanted.value;
}
