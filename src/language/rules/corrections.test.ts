/** What of services is used otherwise than it is written: told once, where it stands, and never of what is right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';

interface Service {
  readonly header?: string;
  readonly method?: string;
  readonly protocol?: string;
  readonly lines?: string;
  readonly servers?: readonly string[];
}

function service({
  header = '10.0.0.1 80',
  method = 'NAT',
  protocol = 'TCP',
  lines = '',
  servers = ['10.0.0.20 80'],
}: Service = {}): string {
  const spoken = header.startsWith('fwmark') ? '' : `protocol ${protocol}\n`;
  const blocks = servers.map((server) => `real_server ${server} {\n}\n`).join('');
  return `virtual_server ${header} {\nlb_algo rr\nlb_kind ${method}\n${spoken}${lines}\n${blocks}}\n`;
}

const told = (...texts: readonly string[]) =>
  readText(texts.join('')).diagnostics.filter(({ code }) => code.startsWith('lvs.'));
const codes = (...texts: readonly string[]) => told(...texts).map(({ code }) => code);
const messages = (...texts: readonly string[]) => told(...texts).map(({ message }) => message);

test('one address is two services by two protocols, one mark by two families', () => {
  assert.deepEqual(codes(service(), service({ protocol: 'UDP' })), []);
  assert.deepEqual(
    codes(service(), service({ header: '10.0.0.1 81', servers: ['10.0.0.2 81'] })),
    [],
  );
  const six = service({ header: 'fwmark 3', servers: ['2001:db8::1 80'] });
  assert.deepEqual(codes(service({ header: 'fwmark 3' }), six), []);
  assert.deepEqual(codes(service({ header: 'fwmark 3' }), service({ header: 'fwmark 3' })), [
    'lvs.service-repeated',
  ]);
});

test('a service is told of where it is written again, with the first one beside', () => {
  const [found] = told(service(), service({ servers: ['10.0.0.21 80'] }));
  assert.equal(found?.span?.start, service().length);
  assert.equal(found?.related[0]?.span.start, 0);
  const group = 'virtual_server_group web {\n10.0.0.1-3 80\nfwmark 9\n}\n';
  const mark = service({ header: 'fwmark 9' });
  assert.deepEqual(messages(group, service(), mark, service({ header: 'group web' })), [
    'group web shares 2 of its addresses and marks; its servers join those of the first virtual_server, and what else that says holds for all',
  ]);
  assert.deepEqual(messages(group, service({ header: 'group web' }), mark), [
    'fwmark 9 is there already; there the servers of the first virtual_server alone are used',
  ]);
});

test('families are mixed by tunnels, and by groups of both', () => {
  const both = ['10.0.0.20 80', '2001:db8::20 80', '2001:db8::21 80'];
  assert.deepEqual(messages(service({ servers: both })), [
    '2001:db8::20 is of another family than 10.0.0.1 80 and is left out (and so are 1 others)',
  ]);
  assert.deepEqual(codes(service({ servers: both, method: 'TUN' })), []);
  const sorry = { lines: 'sorry_server 2001:db8::9 80\nsorry_server_lvs_method TUN' };
  assert.deepEqual(codes(service(sorry)), []);
  const group = 'virtual_server_group web {\n10.0.0.1 80\n2001:db8::1 80\n}\n';
  assert.deepEqual(codes(group, service({ header: 'group web', servers: both })), []);
});

test('masks and prefixes that are networks', () => {
  const granular = (granularity: string, header = '10.0.0.1 80', server = '10.0.0.20 80') =>
    codes(
      service({
        ...{ header, servers: [server] },
        lines: `persistence_timeout 60\npersistence_granularity ${granularity}`,
      }),
    );
  for (const good of ['255.255.255.0', '255.255.255.255', '128.0.0.0', '24', '32']) {
    assert.deepEqual(granular(good), [], good);
  }
  for (const wrong of ['0.0.0.0', '255.0.255.0', '255.255.255.256', '255.255.255', '33', '0']) {
    assert.deepEqual(granular(wrong), ['lvs.granularity-unusable'], wrong);
  }
  assert.deepEqual(granular('64', '2001:db8::1 80', '2001:db8::20 80'), []);
});

test('a port is every port where persistence is not written', () => {
  assert.deepEqual(codes(service({ header: '10.0.0.1', servers: ['10.0.0.20'] })), [
    'lvs.every-port',
  ]);
  const lines = 'persistence_timeout 60';
  assert.deepEqual(codes(service({ header: '10.0.0.1', servers: ['10.0.0.20'], lines })), []);
  const tried = codes(
    service({ header: '10.0.0.1', servers: ['10.0.0.20'], lines: 'persistence_timeout x' }),
  );
  assert.deepEqual(tried, [], 'it was tried, and is told of as what it is');
});
