/**
 * HTTP_GET and SSL_GET: one request, and the answer read to the end of the stream, which alone ends it: the status, the
 * sum of the body and the expression are judged then, in this order. Redirects are not followed.
 */
import type { CheckTarget } from '../check.ts';
import type { HttpChecker, HttpUrl } from '../checker.ts';
import {
  type Circumstances,
  type Conversation,
  failed,
  type Hear,
  ignore,
  type Judgement,
  listen,
  passed,
  say,
  type Turn,
  withoutAnswer,
} from './conversation.ts';
import { addBytes, type Body, complaintOf, emptyBody } from './http-body.ts';
import { bodyStart, decodeHead, type Head } from './http-head.ts';
import { encodeRequest } from './http-request.ts';
import { latin1Text } from './http-text.ts';

/** A head that is longer than this is none. */
const HEAD_MAX = 4_096;
const usual = [{ first: 200, last: 299 }];

export function httpConversation(
  { protocol, urls, tls }: HttpChecker,
  step: number,
  target: CheckTarget,
): Conversation | undefined {
  const url = urls[step];
  if (url === undefined) return undefined;
  // As keepalived: in the clear each part of the answer has the timeout anew, over TLS the whole answer has one.
  const goOn = tls === undefined ? listen : ignore;
  const request = encodeRequest(protocol, url, target);
  return {
    carrier: 'stream',
    open: (circumstances) =>
      say(request, hearHead({ url, circumstances, goOn }, new Uint8Array(0))),
  };
}

interface Reading {
  readonly url: HttpUrl;
  readonly circumstances: Circumstances;
  readonly goOn: (hear: Hear) => Turn;
}

function hearHead(reading: Reading, begun: Uint8Array): Hear {
  const { url, circumstances, goOn } = reading;
  return (heard) => {
    if (heard.kind !== 'data')
      return withoutAnswer(heard, `the head of the answer for ${url.path}`);
    const bytes = joined(begun, heard.bytes);
    const start = bodyStart(bytes, Math.max(0, begun.length - 3));
    if (start === undefined || start > HEAD_MAX) {
      if (bytes.length >= HEAD_MAX) {
        return failed(`the answer for ${url.path} has no head in its first ${HEAD_MAX} bytes`);
      }
      return goOn(hearHead(reading, bytes.slice()));
    }
    const head = decodeHead(latin1Text(bytes.subarray(0, start)));
    const empty = emptyBody(url, circumstances);
    return goOn(
      hearBody(reading, head, addBytes(empty, bytes.subarray(start), url, head.contentLength)),
    );
  };
}

function joined(begun: Uint8Array, more: Uint8Array): Uint8Array {
  if (begun.length === 0) return more;
  const bytes = new Uint8Array(begun.length + more.length);
  bytes.set(begun);
  bytes.set(more, begun.length);
  return bytes;
}

function hearBody(reading: Reading, head: Head, body: Body): Hear {
  const { url, goOn } = reading;
  return (heard) => {
    switch (heard.kind) {
      case 'data':
        return goOn(hearBody(reading, head, addBytes(body, heard.bytes, url, head.contentLength)));
      case 'ended':
        return judgeAnswer(url, head.status, body);
      case 'cut':
        if (!url.tlsCompliant) return judgeAnswer(url, head.status, body);
        return failed(`TLS was cut off, without close_notify, in the answer for ${url.path}`);
      default:
        return withoutAnswer(heard, `the end of the answer for ${url.path}`);
    }
  };
}

/** `status`: 0 where there was none. */
export function judgeAnswer(url: HttpUrl, status: number, body: Body): Judgement {
  const wanted = url.statuses.length > 0 ? url.statuses : usual;
  if (!wanted.some(({ first, last }) => status >= first && status <= last)) {
    const words = wanted.map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
    const said = status === 0 ? 'no HTTP status' : `HTTP status ${status}`;
    return failed(`${said} for ${url.path}, wanted ${words.join(', ')}`);
  }
  const complaint = complaintOf(body, url);
  return complaint === undefined
    ? passed(`HTTP status ${status} for ${url.path}`)
    : failed(`${complaint}, for ${url.path}`);
}
