/** The request of HTTP_GET and SSL_GET (RFC 9112 3). */
import { familyOf } from '../../base/address.ts';
import { utf8Bytes } from '../../base/bytes.ts';
import type { CheckTarget } from '../check.ts';
import type { HttpChecker, HttpUrl } from '../checker.ts';

export function encodeRequest(
  protocol: HttpChecker['protocol'],
  { path, host }: HttpUrl,
  target: CheckTarget,
): Uint8Array {
  const version = protocol === '1.1' ? '1.1' : '1.0';
  const lines = [
    `GET ${path} HTTP/${version}`,
    'User-Agent: KeepAliveClient',
    ...(protocol === '1.0' ? [] : ['Connection: close']),
    `Host: ${host ?? authorityOf(target)}`,
    '',
    '',
  ];
  return utf8Bytes(lines.join('\r\n'));
}

/** RFC 3986 3.2: an IPv6 address in brackets. */
export function authorityOf({ address, port }: CheckTarget): string {
  return familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
