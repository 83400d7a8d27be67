/**
 * DNS_CHECK: a server that answers the query without an error is up. What it answers is not looked at, so these are the
 * few bytes of RFC 1035 4.1 that matter.
 */
import { byteAt, uint16At, utf8Bytes, writeUint16 } from '../../base/bytes.ts';
import type { DnsType } from '../checker.ts';
import {
  type Conversation,
  failed,
  type Hear,
  ignore,
  passed,
  say,
  withoutAnswer,
} from './conversation.ts';

const HEADER = 12;
const RECURSION_DESIRED = 0x0100;
const INTERNET = 1;
const LABEL_MAX = 63;
const NAME_MAX = 253;

/** RFC 1035 3.2.2, RFC 3596, RFC 4034. */
const numbers: Readonly<Record<DnsType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
};

/** RFC 1035 4.1.1, RFC 2136 2.2. */
const codes = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** RFC 1035 2.3.4: labels of 1 to 63 bytes, 253 in all; a point at the end is none more, and one alone is the root. */
export function isDomainName(name: string): boolean {
  if (name === '.') return true;
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  if (utf8Bytes(plain).length > NAME_MAX) return false;
  return plain.split('.').every((label) => {
    const { length } = utf8Bytes(label);
    return length > 0 && length <= LABEL_MAX;
  });
}

export function dnsConversation(settings: {
  readonly type: DnsType;
  readonly name: string;
}): Conversation {
  const question = encodeQuestion(settings.name, numbers[settings.type]);
  const asked = `${settings.type} ${settings.name}`;
  const answered = passed(`answered ${asked}`);
  return {
    carrier: 'datagram',
    open({ nonce }) {
      const identifier = nonce & 0xffff;
      const hear: Hear = (heard) => {
        if (heard.kind !== 'data') return withoutAnswer(heard, `the answer to ${asked}`);
        const { bytes } = heard;
        const isAnswer = bytes.length >= HEADER && (byteAt(bytes, 2) & 0x80) !== 0;
        if (!isAnswer || uint16At(bytes, 0) !== identifier) return ignore(hear);
        const code = byteAt(bytes, 3) & 0x0f;
        return code === 0 ? answered : failed(`${codes[code] ?? `code ${code}`} for ${asked}`);
      };
      return say(encodeQuery(identifier, question), hear);
    },
  };
}

function encodeQuery(identifier: number, question: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + question.length);
  writeUint16(bytes, 0, identifier);
  writeUint16(bytes, 2, RECURSION_DESIRED);
  writeUint16(bytes, 4, 1);
  bytes.set(question, HEADER);
  return bytes;
}

/** RFC 1035 4.1.2, of a name that `isDomainName` says is one. */
function encodeQuestion(name: string, type: number): Uint8Array {
  const bytes: number[] = [];
  for (const label of name.split('.')) {
    const letters = utf8Bytes(label).subarray(0, LABEL_MAX);
    if (letters.length > 0) bytes.push(letters.length, ...letters);
  }
  bytes.push(0, type >> 8, type & 0xff, 0, INTERNET);
  return Uint8Array.from(bytes);
}
