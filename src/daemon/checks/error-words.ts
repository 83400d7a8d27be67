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
  EPROTO: 'a router finds fault with the packet (parameter problem)',
  ENODEV: 'no such interface (bind_if)',
  EPERM: 'not permitted: a firewall rule of this host, or a missing capability',
  EACCES: 'not permitted: a firewall rule of this host or of a router, or a missing capability',
};

export function wordsOfCode(code: string): string {
  return words[code] ?? code;
}

export function wordsOfError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = 'code' in thrown ? String(thrown.code) : '';
  // OpenSSL's, with its own words behind it.
  if (code === 'EPROTO') return 'TLS failed: the other side speaks something else';
  if (code in words) return wordsOfCode(code);
  // OpenSSL's messages name its source files; its codes say what is wrong: ERR_SSL_WRONG_VERSION_NUMBER.
  if (/^ERR_(SSL|TLS)_/.test(code)) {
    const what = code.replace(/^ERR_(SSL|TLS)_/, '').toLowerCase();
    return `TLS failed (${what.replaceAll('_', ' ')})`;
  }
  const message = thrown.message.slice(0, LONGEST);
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

/** Of what a server has said. */
const LONGEST = 160;
