/** What went wrong on the wire, as a clause for people. */

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'the source address is not on this host, or it has no port left',
  EADDRINUSE: 'the source port is in use (bind_port)',
  EPROTO: 'TLS failed: the other side speaks something else',
  ENODEV: 'no such interface (bind_if)',
  EPERM: 'not permitted: a firewall rule of this host, or a missing capability',
  EACCES: 'not permitted: a firewall rule of this host, or a missing capability',
};

export function wordsOfCode(code: string): string {
  return words[code] ?? code;
}

export function wordsOfError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = 'code' in thrown ? String(thrown.code) : undefined;
  if (code === undefined) return thrown.message;
  // OpenSSL's codes say less than its words: `ERR_SSL_WRONG_VERSION_NUMBER`.
  if (code.startsWith('ERR_'))
    return `TLS failed (${code
      .replace(/^ERR_(SSL_)?/, '')
      .toLowerCase()
      .replaceAll('_', ' ')})`;
  return wordsOfCode(code);
}
