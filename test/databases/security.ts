/** TLS of a check, as an operator may write it, and what is to come of it. */
import type { TlsSettings } from '../../src/health/checker.ts';
import type { Place } from './server.ts';

export const loose: TlsSettings = {
  sni: false,
  sniName: undefined,
  certificate: undefined,
  key: undefined,
  password: undefined,
  authority: undefined,
};

interface Way {
  readonly what: string;
  readonly tls: TlsSettings;
  /** undefined: as good as in the clear. */
  readonly wanted: RegExp | undefined;
}

const name = 'www.example.org';
const other = 'other.example.org';

export function waysOf({ certificate: authority }: Place): readonly Way[] {
  const named = (verified: string) => ({ ...loose, sni: true, sniName: verified });
  return [
    { what: 'TLS', tls: loose, wanted: undefined },
    {
      what: 'TLS, verified by its authority',
      tls: { ...loose, authority, verify: { name: undefined } },
      wanted: undefined,
    },
    {
      what: 'TLS, verified by its authority and for its name',
      tls: { ...named(name), authority, verify: { name } },
      wanted: undefined,
    },
    {
      what: 'TLS, verified by this host',
      tls: { ...loose, verify: { name: undefined } },
      wanted: /^down: the certificate is not good \(.*self-signed/,
    },
    {
      what: 'TLS, verified for another name',
      tls: { ...named(other), authority, verify: { name: other } },
      wanted: /^down: the certificate is not for other\.example\.org$/,
    },
    {
      what: 'TLS, with an authority that is not there',
      tls: { ...loose, authority: '/nowhere.pem', verify: { name: undefined } },
      wanted: /^down: the files of the SSL block cannot be used/,
    },
  ];
}
