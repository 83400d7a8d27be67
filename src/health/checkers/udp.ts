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

/** The lengths count only beside a pattern. A reply may be longer than the pattern. */
function judge(bytes: Uint8Array, wanted: Exclude<UdpChecker['reply'], undefined>): Judgement {
  const { pattern, minimum, maximum } = wanted;
  const size = bytes.length;
  if (pattern.length === 0) return passed(`a reply of ${size} bytes came`);
  if (size < minimum || size > maximum) {
    return failed(`a reply of ${size} bytes, wanted ${minimum} to ${maximum}`);
  }
  const at = pattern.findIndex((mask, index) => !fits(bytes[index], mask));
  if (at < 0) return passed(`a reply of ${size} bytes as wanted`);
  return failed(
    at < size
      ? `the reply differs at byte ${at}`
      : `the reply ends before byte ${at} of the pattern`,
  );
}

function fits(byte: number | undefined, { value, mask }: ByteMask): boolean {
  return byte !== undefined && (byte & mask) === value;
}
