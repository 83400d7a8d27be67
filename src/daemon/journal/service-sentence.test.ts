import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceKey } from '../../base/service.ts';
import { instant } from '../../base/units.ts';
import type { BalancerReport } from '../../engine/balancer/report.ts';
import { serviceNotice } from '../notify/service-herald.ts';
import { serviceLines } from './service-sentence.ts';

const at = instant(1);
const subject = { service: 'tcp 192.0.2.1:80', serviceLabel: '[192.0.2.1]:tcp:80' };
const server = { ...subject, server: '10.0.0.1:80', serverLabel: '[10.0.0.1]:tcp:80' };
const key = { kind: 'address', protocol: 'tcp', address: '192.0.2.1', port: 80 } as ServiceKey;
const cause = { kind: 'check', check: 'TCP_CHECK', detail: 'connection refused' } as const;
const down: Extract<BalancerReport, { readonly kind: 'server' }> = {
  kind: 'server',
  ...server,
  ...{ at, up: false, repeated: false, weight: 1, cause, mail: true },
};
const quorum: Extract<BalancerReport, { readonly kind: 'quorum' }> = {
  kind: 'quorum',
  ...subject,
  ...{ at, up: false, live: 1, quorum: 3, hysteresis: 1 },
  ...{ sorry: '[10.9.9.9]:tcp:80', stopping: false, mail: false },
};

const told = (report: BalancerReport): string =>
  serviceLines(report)
    .map(({ loudness, text }) => `${loudness} ${text}`)
    .join('\n');

test('lines begin as those of keepalived do, and say why', () => {
  assert.equal(
    told(down),
    'warning Removing service [10.0.0.1]:tcp:80 from VS [192.0.2.1]:tcp:80: TCP_CHECK: connection refused',
  );
  assert.match(told({ ...down, up: true }), /^notice Adding service \[10\.0\.0\.1\]:tcp:80 to VS/);
  assert.match(told({ ...down, repeated: true }), /stays out: TCP_CHECK: connection refused/);
  assert.match(told({ ...down, cause: { kind: 'stop' } }), /^notice Shutting down service/);
  assert.equal(
    told(quorum),
    'warning Lost quorum 3-1=2 > 1 for VS [192.0.2.1]:tcp:80\nwarning Adding sorry server [10.9.9.9]:tcp:80 to VS [192.0.2.1]:tcp:80',
  );
  assert.match(
    told({ ...quorum, up: true, live: 4, sorry: undefined }),
    /^notice Gained quorum 3\+1=4 <= 4 for/,
  );
  assert.match(
    told({ kind: 'weight', ...server, at, from: 1, to: 7 }),
    /Changing weight from 1 to 7 for service/,
  );
});

test('a refusal names what was refused, why, and what to try', () => {
  const settings = {
    scheduler: 'mh',
    flags: [],
    persistence: undefined,
    onePacket: false,
  } as const;
  const error = { errno: 2, code: 'ENOENT', detail: '' };
  const operation = { kind: 'add-service', key, settings } as const;
  assert.equal(
    told({ kind: 'plane-failed', at, operation, error, more: 2 }),
    'error the kernel refuses to add the service tcp 192.0.2.1:80, and 2 further changes: ENOENT (is the module ip_vs_mh there? try "modprobe ip_vs_mh"); trying again every second',
  );
  const refused = {
    kind: 'plane-failed',
    at,
    operation: 'synchronisation',
    error,
    more: 0,
  } as const;
  assert.match(told(refused), /refuses lvs_sync_daemon: ENOENT; trying again every second$/);
  const final = { ...refused, error: { ...error, code: 'EOPNOTSUPP' } };
  assert.match(told(final), /refuses lvs_sync_daemon: EOPNOTSUPP$/);
});

test('9.4: the pipes get a line with a NUL behind it, the scripts what was configured', () => {
  const command = { argv: ['/bin/true'], user: undefined };
  const none = { up: undefined, down: undefined };
  const scripts = new Map([
    [subject.service, { up: undefined, down: command, servers: new Map([[server.server, none]]) }],
  ]);
  const ofServer = serviceNotice(down, scripts);
  assert.equal(ofServer?.line, 'RS [10.0.0.1]:tcp:80 [192.0.2.1]:tcp:80 DOWN\n\0');
  assert.equal(ofServer.command, undefined);
  const ofQuorum = serviceNotice(quorum, scripts);
  assert.equal(ofQuorum?.line, 'VS [192.0.2.1]:tcp:80 DOWN\n\0');
  assert.equal(ofQuorum.command, command);
  assert.equal(serviceNotice({ kind: 'plane-works', at }, scripts), undefined);
});
