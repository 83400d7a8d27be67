/** The forms that VRRP takes on the wire, and the configuration files that ask for them. */
import type { Host } from '../lab/host.ts';

export interface WireForm {
  readonly version: 2 | 3;
  readonly family: 4 | 6;
  readonly cast: 'multicast' | 'unicast';
  readonly authentication: 'none' | 'PASS' | 'AH';
}

/**
 * Version 2 with IPv6 is outside every RFC; keepalived tolerates it and files in the field have it. With PASS
 * besides, keepalived 2.2.7 dies of a segmentation fault at the first advertisement it hears, whoever sent
 * it, so there is no such pair to join.
 */
export const wireForms: readonly WireForm[] = [
  ...forms({ version: 2, family: 4 }, ['none', 'PASS', 'AH']),
  ...forms({ version: 2, family: 6 }, ['none']),
  ...forms({ version: 3, family: 4 }, ['none']),
  ...forms({ version: 3, family: 6 }, ['none']),
];

function forms(
  base: Pick<WireForm, 'version' | 'family'>,
  authentications: readonly WireForm['authentication'][],
): readonly WireForm[] {
  return (['multicast', 'unicast'] as const).flatMap((cast) =>
    authentications.map((authentication) => ({ ...base, cast, authentication })),
  );
}

export function describeForm(form: WireForm): string {
  const authentication = form.authentication === 'none' ? '' : ` ${form.authentication}`;
  return `v${form.version} IPv${form.family} ${form.cast}${authentication}`;
}

export function virtualAddress(form: Pick<WireForm, 'family'>): string {
  return form.family === 4 ? '10.11.0.100' : 'fd00:11::100';
}

/** Milliseconds. Version 2 knows whole seconds only. */
export function intervalOf(form: Pick<WireForm, 'version'>): number {
  return form.version === 2 ? 1000 : 500;
}

export const routerId = 51;

export interface Part {
  readonly self: Host;
  readonly peer: Host;
  readonly priority: number;
  readonly preempt: boolean;
}

/** An ordinary keepalived.conf: the same text serves keepalived and Holdfast. */
export function configuration(form: WireForm, part: Part): string {
  const [source, target] =
    form.family === 4 ? [part.self.ipv4, part.peer.ipv4] : [part.self.ipv6, part.peer.ipv6];
  const prefix = form.family === 4 ? 24 : 64;
  const lines = [
    'vrrp_instance web {',
    '    state BACKUP',
    '    interface eth0',
    `    version ${form.version}`,
    `    virtual_router_id ${routerId}`,
    `    priority ${part.priority}`,
    `    advert_int ${intervalOf(form) / 1000}`,
    ...(part.preempt ? [] : ['    nopreempt']),
    ...(form.authentication === 'none' ? [] : authenticated(form.authentication)),
    ...(form.cast === 'unicast'
      ? [`    unicast_src_ip ${source}`, '    unicast_peer {', `        ${target}`, '    }']
      : []),
    '    virtual_ipaddress {',
    `        ${virtualAddress(form)}/${prefix}`,
    '    }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function authenticated(type: string): readonly string[] {
  return ['    authentication {', `        auth_type ${type}`, '        auth_pass s3cret', '    }'];
}
