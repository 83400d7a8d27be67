/** What is asked of a body while it arrives: its sum, an expression that matches in it, a field of its JSON. */

import type { HttpUrl } from '../checker.ts';
import type { Circumstances, Digest, Execute } from './conversation.ts';
import { conclude, type Found, nothingFound, search } from './http-pattern.ts';
import { utf8Text } from './http-text.ts';
import { judgeJson } from './json.ts';
import { append, noPieces, type Pieces } from './pieces.ts';

export interface Body {
  /** Bytes that came, whatever Content-Length says. */
  readonly received: number;
  readonly digest: Digest | undefined;
  readonly found: Found;
  /** The beginning of the body, where it is to be read as JSON. */
  readonly json: Pieces;
  readonly execute: Execute;
}

/** What JSON is read from; a longer body is not understood. */
const JSON_MAX = 1_048_576;

export function emptyBody({ digest }: HttpUrl, circumstances: Circumstances): Body {
  return {
    received: 0,
    digest: digest === undefined ? undefined : circumstances.digest(),
    found: nothingFound,
    json: noPieces,
    execute: circumstances.execute,
  };
}

/** The digest ends at Content-Length; the expression sees everything. */
export function addBytes(
  body: Body,
  bytes: Uint8Array,
  { pattern, json }: HttpUrl,
  contentLength: number | undefined,
): Body {
  const room = (contentLength ?? Number.POSITIVE_INFINITY) - body.received;
  if (room > 0) body.digest?.update(room < bytes.length ? bytes.subarray(0, room) : bytes);
  const received = body.received + bytes.length;
  return {
    received,
    digest: body.digest,
    found: pattern === undefined ? body.found : search(body.found, bytes, pattern, body.execute),
    json: json === undefined || received > JSON_MAX ? body.json : append(body.json, bytes),
    execute: body.execute,
  };
}

/** Why the whole body is not what is wanted; undefined when it is. */
export function complaintOf(body: Body, { digest, pattern, json }: HttpUrl): string | undefined {
  const sum = body.digest?.hex();
  if (sum !== undefined && sum !== digest)
    return `the digest of the body is ${sum}, wanted ${digest}`;
  const found = pattern === undefined ? undefined : conclude(body.found, pattern, body.execute);
  if (found?.trouble !== undefined) return `${found.trouble}: ${spelt(pattern)}`;
  if (found !== undefined && found.matched !== pattern?.wantsMatch) {
    const how = found.matched ? 'matches' : 'does not match';
    return `the body ${how} ${spelt(pattern)}`;
  }
  if (json === undefined) return undefined;
  if (body.received > JSON_MAX)
    return `the body is longer than the ${JSON_MAX} bytes that are read`;
  return judgeJson(utf8Text(body.json.parts), json);
}

function spelt(pattern: HttpUrl['pattern']): string {
  return JSON.stringify(pattern?.written ?? pattern?.source);
}
