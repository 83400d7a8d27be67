import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceName } from '../../base/service.ts';
import { seconds } from '../../base/units.ts';
import { readText } from '../../language/read-text.ts';
import type { BalancedService } from '../balancer/model.ts';
import { balancerModel } from './balancer-model.ts';

function translated(text: string) {
  return balancerModel(readText(text, 'test.conf').model);
}

function services(text: string): readonly BalancedService[] {
  return translated(text).model.services;
}

function first(text: string): BalancedService {
  const [service] = services(text);
  assert.ok(service !== undefined, 'a service');
  return service;
}

const service = (body: string, header = '192.0.2.1 80', kind = 'NAT') =>
  `virtual_server ${header} {\n protocol TCP\n lb_algo rr\n lb_kind ${kind}\n${body}\n}\n`;
const server = (header: string, body = '') => `real_server ${header} {\n${body}\n}\n`;

test('18: a server written twice is used once, with what the first one says', () => {
  const { servers } = first(
    service(server('10.0.0.1 80', 'weight 3') + server('10.0.0.1', 'weight 9')),
  );
  assert.deepEqual(
    servers.map(({ name, weight }) => [name, weight]),
    [['10.0.0.1:80', 3]],
  );
});

test('18: DR and TUN take the port of the service, and are checked at the port that was written', () => {
  const text = service(
    server('10.0.0.1 8080', 'TCP_CHECK {\n}') +
      server('10.0.0.2 8080', 'lvs_method NAT\nTCP_CHECK {\n}'),
    '192.0.2.1 80',
    'DR',
  );
  const { servers } = first(text);
  assert.deepEqual(
    servers.map(({ port, checks }) => [port, checks[0]?.target.port]),
    [
      [80, 8080],
      [8080, 8080],
    ],
  );
});

test('18: DR servers of a group follow the port of each of its addresses', () => {
  const group = 'virtual_server_group web {\n 192.0.2.1 80\n 192.0.2.1 443\n}\n';
  const { keys, servers } = first(group + service(server('10.0.0.1 80'), 'group web', 'DR'));
  assert.deepEqual(keys.map(serviceName), ['tcp 192.0.2.1:80', 'tcp 192.0.2.1:443']);
  assert.deepEqual(
    servers.map(({ name, port }) => [name, port]),
    [['10.0.0.1', undefined]],
  );
});

test('18: a quorum beyond the weight of all is lowered to it, and the hysteresis below that', () => {
  const { quorum, hysteresis } = first(
    service(`quorum 9\nhysteresis 8\n${server('10.0.0.1 80', 'weight 2')}${server('10.0.0.2 80')}`),
  );
  assert.deepEqual([quorum, hysteresis], [3, 2]);
});

test('18: a service for every port gets persistence', () => {
  const { settings } = first(service(server('10.0.0.1 80'), '192.0.2.1 0'));
  assert.equal(settings.persistence?.seconds, 360);
});

test('18: another family is for tunnels alone', () => {
  const mixed = server('10.0.0.1 80') + server('2001:db8::1 80');
  assert.deepEqual(
    first(service(mixed)).servers.map(({ address }) => address),
    ['10.0.0.1'],
  );
  assert.deepEqual(
    first(service(mixed, '192.0.2.1 80', 'TUN')).servers.map(({ address }) => address),
    ['10.0.0.1', '2001:db8::1'],
  );
});

test('18: a service written twice is one, as the first says, with the servers of both', () => {
  const scripts = 'notify_up /bin/later\n';
  const text =
    service(`${server('10.0.0.1 80')}quorum_up /bin/first`) +
    service(
      `lb_algo wlc\nquorum_up /bin/later\nsorry_server 10.0.0.9 80\n${server('10.0.0.1 80', scripts)}${server('10.0.0.2 80', scripts)}`,
      '192.0.2.1 80',
      'DR',
    );
  const { model, scripts: told } = translated(text);
  const [one, ...others] = model.services;
  assert.deepEqual(others, []);
  assert.equal(one?.settings.scheduler, 'rr');
  assert.deepEqual(
    one?.servers.map(({ address, forwarding }) => [address, forwarding.kind]),
    [
      ['10.0.0.1', 'nat'],
      ['10.0.0.2', 'direct'],
    ],
  );
  assert.equal(one?.sorry?.address, '10.0.0.9');
  assert.deepEqual(
    told.map(({ up, servers }) => [up?.argv, [...servers.keys()]]),
    [[['/bin/first'], ['10.0.0.2:80']]],
  );
});

test('18: of a service that shares a part of the one above, that part stays with it', () => {
  const group = 'virtual_server_group web {\n 192.0.2.1-2 80\n}\n';
  const grouped = service(server('10.0.0.1 80'), 'group web');
  const alone = service(server('10.0.0.2 80'));
  const shown = (text: string) =>
    services(group + text).map(({ keys, servers }) => [
      keys.map(serviceName),
      servers.map(({ address }) => address),
    ]);
  const both = ['tcp 192.0.2.1:80', 'tcp 192.0.2.2:80'];
  assert.deepEqual(shown(grouped + alone), [[both, ['10.0.0.1']]]);
  assert.deepEqual(shown(alone + grouped), [
    [['tcp 192.0.2.1:80'], ['10.0.0.2', '10.0.0.1']],
    [['tcp 192.0.2.2:80'], ['10.0.0.1']],
  ]);
});

test('18: ops is for UDP and marks, and flags are for their schedulers', () => {
  const { settings } = first(service(`ops\nsh-port\nflag-3\n${server('10.0.0.1 80')}`));
  assert.deepEqual([settings.onePacket, settings.flags], [false, [3]]);
  const marked = first(
    `virtual_server fwmark 4 {\n lb_algo mh\n mh-port\n ops\n ${server('10.0.0.1 80')}}\n`,
  );
  assert.deepEqual([marked.settings.onePacket, marked.settings.flags], [true, [2]]);
  assert.deepEqual(marked.keys, [{ kind: 'mark', family: 'ipv4', mark: 4 }]);
});

test('18: a mark that does not say is of the family of what it leads to, or of its group, or IPv4', () => {
  const family = (members: string, servers: string, kind = 'TUN') => {
    const group = `virtual_server_group web {\n ${members}\n}\n`;
    const { keys } = first(group + service(servers, 'group web', kind));
    const mark = keys.find((key) => key.kind === 'mark');
    return mark?.kind === 'mark' ? mark.family : undefined;
  };
  const [four, six] = [server('10.0.0.1 80'), server('2001:db8::1 80')];
  assert.equal(family('fwmark 9', six, 'NAT'), 'ipv6');
  assert.equal(family('fwmark 9', six), 'ipv4', 'tunnels tell nothing of a group');
  assert.equal(family('fwmark 9\n 192.0.2.1 80', six + four), 'ipv4');
  assert.equal(family('fwmark 9\n 2001:db8:1::1 80', four), 'ipv6');
  assert.equal(family('fwmark 9\n fwmark 8 inet6', four), 'ipv6');
  assert.equal(family('fwmark 9', `ip_family inet6\n${four}`), 'ipv6');
  assert.equal(family('fwmark 9 inet6', four), 'ipv6');
  const alone = (servers: string) =>
    first(`virtual_server fwmark 4 {\n lb_kind TUN\n ${servers}}\n`).keys;
  assert.deepEqual(alone(six), [{ kind: 'mark', family: 'ipv6', mark: 4 }]);
  assert.deepEqual(alone(six + four), [{ kind: 'mark', family: 'ipv4', mark: 4 }]);
});

test('18: ha_suspend is for services by address', () => {
  const group = 'virtual_server_group web {\n fwmark 9\n 192.0.2.1 80\n}\n';
  const body = `ha_suspend\n${server('10.0.0.1 80')}`;
  assert.equal(first(group + service(body, 'group web')).suspendWithout, undefined);
  assert.deepEqual(first(service(body)).suspendWithout, ['192.0.2.1']);
});

test('19: a check says itself, or its server, or its service, or the default of its kind', () => {
  const text = service(
    `delay_loop 7\nretry 5\n${server(
      '10.0.0.1 80',
      'retry 4\nconnect_timeout 2\nTCP_CHECK {\n retry 2\n}\nHTTP_GET {\n url {\n path /\n }\n}\nMISC_CHECK {\n misc_path /bin/true\n}',
    )}`,
  );
  const checks = first(text).servers[0]?.checks ?? [];
  assert.deepEqual(
    checks.map(({ name, pacing, target }) => [
      name,
      pacing.retries,
      pacing.retryDelay,
      pacing.interval,
      target.timeout,
    ]),
    [
      ['TCP_CHECK', 2, seconds(1), seconds(7), seconds(2)],
      ['HTTP_GET', 4, seconds(3), seconds(7), seconds(2)],
      ['MISC_CHECK', 4, seconds(1), seconds(7), seconds(2)],
    ],
  );
});

test('19: without any word DNS_CHECK tries three times more and MISC_CHECK never', () => {
  const body = 'DNS_CHECK {\n}\nMISC_CHECK {\n misc_path /bin/true\n}';
  const checks = first(service(server('10.0.0.1', body))).servers[0]?.checks ?? [];
  assert.deepEqual(
    checks.map(({ pacing }) => pacing.retries),
    [3, 0],
  );
});

test('19: DNS_CHECK waits delay_loop before it tries again, unless somebody says otherwise', () => {
  const delays = (lines: string) => {
    const text = service(`delay_loop 7\n${lines}${server('10.0.0.1 53', 'DNS_CHECK {\n}\n')}`);
    return first(text).servers[0]?.checks.map(({ pacing }) => pacing.retryDelay);
  };
  assert.deepEqual(delays(''), [seconds(7)]);
  assert.deepEqual(delays('delay_before_retry 2\n'), [seconds(2)]);
});

test('19: each host of an SMTP_CHECK is a check of its own with the settings around it', () => {
  const body =
    'SMTP_CHECK {\n fwmark 3\n connect_timeout 9\n host {\n connect_ip 10.0.0.8\n }\n host {\n connect_timeout 1\n }\n}';
  const checks = first(service(server('10.0.0.1 25', body))).servers[0]?.checks ?? [];
  assert.deepEqual(
    checks.map(({ name, target }) => [name, target.address, target.timeout, target.mark]),
    [
      ['SMTP_CHECK', '10.0.0.8', seconds(9), 3],
      ['SMTP_CHECK 2', '10.0.0.1', seconds(1), 3],
    ],
  );
});

test('19: a pattern of a reply is bytes and masks', () => {
  const body = 'UDP_CHECK {\n payload 0a0b\n require_reply 0aX?f\n}';
  const [check] = first(service(server('10.0.0.1 53', body))).servers[0]?.checks ?? [];
  assert.deepEqual(check?.checker, {
    kind: 'udp',
    payload: Uint8Array.of(10, 11),
    reply: {
      pattern: [
        { value: 10, mask: 255 },
        { value: 0, mask: 0 },
        { value: 240, mask: 240 },
      ],
      minimum: 0,
      maximum: 255,
    },
  });
});

test('masquerade is asked for by a service or by one of its servers, and is of NAT alone', () => {
  const forwardings = (text: string) => first(text).servers.map(({ forwarding }) => forwarding);
  const hidden = { kind: 'nat', masquerade: true };
  const two = server('10.0.0.1 80') + server('10.0.0.2 80', 'masquerade false');
  assert.deepEqual(forwardings(service(`masquerade\n${two}`)), [hidden, { kind: 'nat' }]);
  assert.deepEqual(forwardings(service(server('10.0.0.1 80', 'masquerade true'))), [hidden]);
  const direct = service(`masquerade\n${server('10.0.0.1 80')}`, '192.0.2.1 80', 'DR');
  assert.deepEqual(forwardings(direct), [{ kind: 'direct' }]);
  const sorry = `masquerade\nsorry_server 10.0.0.9 80\n${server('10.0.0.1 80')}`;
  assert.deepEqual(first(service(sorry)).sorry?.forwarding, hidden);
});
