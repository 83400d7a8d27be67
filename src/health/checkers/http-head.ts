/**
 * The head of an answer as keepalived reads it, which is less than RFC 9112 says: the status is what follows the first
 * blank and before the second, and the only field that counts is Content-Length. So `HTTP/1.1 100 Continue` is an answer of status 100, and a
 * chunked body is its chunks.
 */
import { uint16At } from '../../base/bytes.ts';

export interface Head {
  /** 0 where there is no number of three digits. */
  readonly status: number;
  /** undefined: the body goes on to the end of the stream. */
  readonly contentLength: number | undefined;
}

const CARRIAGE_RETURN = 13;
const END_OF_LINE = 0x0d0a;

/** Where the body begins: after the first empty line, of which the first `from` bytes hold no part. */
export function bodyStart(bytes: Uint8Array, from: number): number | undefined {
  let at = bytes.indexOf(CARRIAGE_RETURN, from);
  while (at >= 0) {
    if (uint16At(bytes, at) === END_OF_LINE && uint16At(bytes, at + 2) === END_OF_LINE) {
      return at + 4;
    }
    at = bytes.indexOf(CARRIAGE_RETURN, at + 1);
  }
  return undefined;
}

export function decodeHead(text: string): Head {
  const status = /^[^ ]* (\d{3}) /.exec(text)?.[1];
  const length = /Content-Length:[ \t]*(\d+)/.exec(text)?.[1];
  return {
    status: status === undefined ? 0 : Number(status),
    contentLength: length === undefined ? undefined : Number(length),
  };
}
