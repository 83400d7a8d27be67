/** Routes over several gateways come back as they were. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../read-text.ts';
import { renderModel } from '../render.ts';

test('what belongs to the whole route is not taken for a part of its last leg', () => {
  const text = `vrrp_instance A {
    interface eth0
    virtual_router_id 5
    virtual_routes {
        198.51.100.0/24 table 100 metric 7 nexthop via 192.0.2.2 dev eth1 weight 2 nexthop via 192.0.2.3
    }
}
`;
  const { model } = readText(text);
  const [route] = model.vrrp_instance[0]?.virtual_routes ?? [];
  assert.equal(route?.table, '100');
  assert.equal(route?.nexthop.length, 2);
  assert.deepEqual(readText(renderModel(model)).model, model);
});

function linesOf(block: 'static_routes' | 'static_rules', ...lines: readonly string[]) {
  const { model, diagnostics } = readText(`${block} {\n${lines.join('\n')}\n}\n`);
  return {
    routes: model.static_routes.map(({ to }) =>
      typeof to?.to === 'object' ? to.to.address : to?.to,
    ),
    rules: model.static_rules.length,
    told: diagnostics
      .filter(({ code }) => code.startsWith('language.') && code !== 'language.nothing-to-run')
      .map(({ message }) => message),
  };
}

test('a route of which a part cannot be read is left out, and told once', () => {
  for (const part of ['via 10.0.0.', 'via 10.0.0.1 metric x', 'foo bar', 'mtu', 'src 1.2.3']) {
    const { routes, told } = linesOf(
      'static_routes',
      `198.51.100.0/24 dev eth0 ${part}`,
      '203.0.113.0/24 dev eth0',
    );
    assert.deepEqual(routes, ['203.0.113.0'], part);
    assert.equal(told.length, 1, part);
    assert.match(told[0] ?? '', /; the route is left out$/);
  }
});

test('a gateway that cannot be read costs one gateway', () => {
  const { routes, told } = linesOf(
    'static_routes',
    '198.51.100.0/24 nexthop via 10.0.0.1 dev eth0 nexthop via 10.0.0. dev eth0',
  );
  assert.deepEqual(routes, ['198.51.100.0']);
  assert.deepEqual(told, ['"10.0.0." is not an IP address; this gateway is left out']);
});

test('words of the route behind its gateways are ignored, and cost no gateway', () => {
  const { told } = linesOf(
    'static_routes',
    '198.51.100.0/24 nexthop via 10.0.0.1 dev eth0 nexthop via 10.0.0.2 dev eth0 table 7 no_track',
  );
  assert.equal(told.length, 1);
  assert.match(
    told[0] ?? '',
    /"table" is not known here; what stands behind the gateways is ignored/,
  );
  const text =
    'static_routes {\n198.51.100.0/24 nexthop via 10.0.0.1 nexthop via 10.0.0.2 table 7\n}\n';
  const [route] = readText(text).model.static_routes;
  assert.deepEqual([route?.nexthop.length, route?.table], [2, undefined]);
});

test('a rule without one of its selectors would take other traffic, so it is left out', () => {
  for (const part of ['from 10.0.0.', 'fwmark x', 'sport 5', 'tun_id 7']) {
    const { rules, told } = linesOf('static_rules', `preference 9 ${part} table 100`);
    assert.equal(rules, 0, part);
    assert.equal(told.length, 1, part);
    assert.match(told[0] ?? '', /; the rule is left out$/);
  }
});

test('routes and rules that contradict themselves are left out, as keepalived leaves them out', () => {
  const told = (key: string, line: string) => {
    const { model, diagnostics } = readText(`${key} {\n ${line}\n}\n`);
    assert.deepEqual(key === 'static_routes' ? model.static_routes : model.static_rules, [], line);
    const [found] = diagnostics.filter(({ code }) => code === 'language.unusable-line');
    return found?.message;
  };
  const none = 'this rule says neither a table nor another action; the rule is left out';
  assert.equal(told('static_rules', 'from 192.0.2.0/24 preference 5'), none);
  const rules = [
    'from 192.0.2.0/24 to 2001:db8::/32 table 5',
    'inet6 from 192.0.2.0/24 table 5',
    'from 192.0.2.0/24 table 5 table 6',
    'from 192.0.2.0/24 table 5 blackhole',
    'from 192.0.2.0/24 goto 9 type prohibit preference 5',
    'from 192.0.2.0/24 table 0',
    'from 192.0.2.0/24 goto 5 preference 5',
  ];
  for (const line of rules) assert.match(told('static_rules', line) ?? '', /the rule is left out$/);
  const routes = [
    '2001:db8::/32 via 192.0.2.1',
    '192.0.2.0/24 dev eth0 src 2001:db8::1',
    '192.0.2.0/24 dev eth0 pref high',
    '192.0.2.0/24 dev eth0 expires 60',
    '2001:db8::/32 nexthop via 2001:db8::1 nexthop via 192.0.2.1',
  ];
  for (const line of routes)
    assert.match(told('static_routes', line) ?? '', /the route is left out$/);
});

test('what only looks like a contradiction is kept', () => {
  const { model } = readText(`static_rules {
 from all to all table 5
 inet from 192.0.2.0/24 to all lookup 5 realms 3/4
 from 2001:db8::/32 goto 9 preference 5
 from 192.0.2.0/24 type unicast table 5
}
static_routes {
 default dev eth0 src 192.0.2.1
 default6 via fe80::1 dev eth0 pref low
 192.0.2.0/24 via inet6 fe80::1 dev eth0
}
`);
  assert.deepEqual([model.static_rules.length, model.static_routes.length], [4, 3]);
});
