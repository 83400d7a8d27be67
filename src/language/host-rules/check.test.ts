/** What a host is asked about, wherever a file names it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';
import { checkHost } from './check.ts';
import { exampleHost } from './example.ts';
import { hostQuestions } from './facts.ts';

const instance = (lines = '') =>
  `vrrp_instance A {\n interface lo\n virtual_router_id 51\n virtual_ipaddress {\n 10.0.0.1/24\n }\n${lines}}\n`;

function messages(text: string): readonly string[] {
  const configuration = readText(text);
  return checkHost(configuration, exampleHost(configuration.model))
    .filter(({ code }) => code !== 'host.loopback')
    .map(({ message }) => message);
}

test('interfaces of routes, rules and static entries are looked for', () => {
  const lines = [
    'virtual_routes {\n 192.0.2.0/24 dev one\n 192.0.3.0/24 nexthop via 10.0.0.2 dev two nexthop via 10.0.0.3\n }',
    'virtual_rules {\n from 10.0.0.0/24 iif three oif four table 5 preference 9\n }',
  ];
  const statics =
    'static_ipaddress {\n 10.0.0.9/24 dev five\n}\nstatic_routes {\n 192.0.4.0/24 dev six\n}\n';
  assert.deepEqual(
    messages(instance(`${lines.join('\n')}\n`) + statics).toSorted(),
    ['five', 'four', 'one', 'six', 'three', 'two'].map(
      (name) => `this host has no interface ${name}`,
    ),
  );
});

test('an address to send from is told of once', () => {
  const text =
    instance(' mcast_src_ip 10.0.0.7\n') + instance(' mcast_src_ip 10.0.0.7\n').replace('A', 'B');
  assert.deepEqual(messages(text), [
    'this host does not have the address 10.0.0.7, which A is to send from',
  ]);
});

test('programs of services, checks and pipes are looked at', () => {
  const text = `global_defs {\n notify_fifo_script /bin/reader\n}
virtual_server 10.0.0.1 80 {\n quorum_up "/bin/gained 1"\n real_server 10.0.0.2 80 {\n notify_down /bin/lost\n
MISC_CHECK {\n misc_path "/bin/check a"\n }\n }\n}\n`;
  const { programs } = hostQuestions(readText(text).model);
  assert.deepEqual(programs, ['/bin/reader', '/bin/gained', '/bin/lost', '/bin/check']);
});
