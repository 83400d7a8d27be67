/** What each kind of checker is told to do: what the configuration says, defaults and inheritance already applied. */
import type { Duration } from '../base/units.ts';

export type Checker =
  | { readonly kind: 'tcp' }
  | HttpChecker
  | { readonly kind: 'smtp'; readonly helo: string }
  | { readonly kind: 'dns'; readonly type: DnsType; readonly name: string }
  | UdpChecker
  | { readonly kind: 'ping' }
  | MiscChecker
  | RedisChecker
  | MysqlChecker
  | PgsqlChecker
  | GrpcChecker
  /** The value of a track_file, told from outside. */
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly weight: number;
      readonly reverse: boolean;
    }
  /** The state of a BFD session, told from outside. */
  | { readonly kind: 'bfd'; readonly session: string };

export type DnsType = 'A' | 'NS' | 'CNAME' | 'SOA' | 'MX' | 'TXT' | 'AAAA' | 'RRSIG' | 'DNSKEY';

export interface HttpChecker {
  readonly kind: 'http';
  /** undefined speaks in the clear (HTTP_GET). */
  readonly tls: TlsSettings | undefined;
  readonly protocol: '1.0' | '1.0C' | '1.1';
  /** Absent without this extension; `protocol` then says nothing. */
  readonly http2?: true;
  /** At least one; a check asks one of them (`step`). */
  readonly urls: readonly HttpUrl[];
}

export interface TlsSettings {
  /** Whether the server is named in the handshake, and how where that is not the host of the url. */
  readonly sni: boolean;
  readonly sniName: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly password: string | undefined;
  readonly authority: string | undefined;
  /** Absent without this extension: nobody looks at the certificate. */
  readonly verify?: TlsVerification;
}

/** The certificate must be good by `authority`, else by what the host trusts, and be for this name. */
export interface TlsVerification {
  /** undefined: for the name of the handshake, if there is one. */
  readonly name: string | undefined;
}

export interface HttpUrl {
  readonly path: string;
  /** What `Host` says; undefined says the address and port of the target. */
  readonly host: string | undefined;
  /** 32 hexadecimal digits, lower case. */
  readonly digest: string | undefined;
  /** Inclusive ranges; none means 200 to 299. */
  readonly statuses: readonly { readonly first: number; readonly last: number }[];
  readonly pattern: HttpPattern | undefined;
  /** Wants TLS to be ended as the standard asks. */
  readonly tlsCompliant: boolean;
  /** Absent without this extension. */
  readonly json?: JsonField;
}

/** A field of a JSON body and what it must say: a string as it is, anything else as JSON writes it. */
export interface JsonField {
  /** From the outside in; an index of a list as its digits. */
  readonly path: readonly string[];
  readonly wanted: string;
}

export interface HttpPattern {
  /** As the configuration spells it, for messages. */
  readonly written?: string;
  readonly source: string;
  /** A clause: what of it cannot be carried over, so that nobody can say whether it matches. */
  readonly trouble?: string;
  /** Flags of a JavaScript expression. */
  readonly flags: string;
  readonly wantsMatch: boolean;
  /** In bytes of the body: where a match may begin. */
  readonly minimumOffset: number;
  readonly maximumOffset: number | undefined;
}

export interface UdpChecker {
  readonly kind: 'udp';
  readonly payload: Uint8Array;
  /** undefined: silence is success. */
  readonly reply:
    | {
        /** Byte by byte. An empty pattern takes any reply. */
        readonly pattern: readonly ByteMask[];
        readonly minimum: number;
        readonly maximum: number;
      }
    | undefined;
}

/** A byte passes when `(byte & mask) === value`. */
export interface ByteMask {
  readonly value: number;
  readonly mask: number;
}

export interface MiscChecker {
  readonly kind: 'misc';
  readonly command: readonly string[];
  readonly timeout: Duration;
  /** Exit codes 2 to 255 say a weight. */
  readonly dynamic: boolean;
  readonly user: string | undefined;
  readonly group: string | undefined;
}

/** Extensions: who the server is asked as, and what it must be. */
export interface Login {
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** undefined speaks in the clear. `sniName` is the name of the handshake, if there is one. */
  readonly tls: TlsSettings | undefined;
}

export interface RedisChecker extends Login {
  readonly kind: 'redis';
  readonly role: 'any' | 'master' | 'replica';
}

export interface MysqlChecker extends Login {
  readonly kind: 'mysql';
  readonly database: string | undefined;
  readonly state: 'any' | 'writable' | 'read-only';
}

export interface PgsqlChecker extends Login {
  readonly kind: 'pgsql';
  readonly database: string | undefined;
  readonly state: 'any' | 'primary' | 'standby';
}

export interface GrpcChecker {
  readonly kind: 'grpc';
  /** Empty: the whole server. */
  readonly service: string;
  /** As in `Login`. */
  readonly tls: TlsSettings | undefined;
}
