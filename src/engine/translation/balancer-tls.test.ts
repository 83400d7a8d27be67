import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../../language/read-text.ts';
import { balancerModel } from './balancer-model.ts';

function checkerOf(check: string, head = ''): unknown {
  const text = `${head}virtual_server 192.0.2.1 5432 {
lb_algo rr
lb_kind NAT
protocol TCP
real_server 10.0.0.1 5432 {
${check}
}
}
`;
  const { model, diagnostics } = readText(text);
  assert.deepEqual(diagnostics, []);
  assert.ok(model !== undefined);
  return balancerModel(model).model.services[0]?.servers[0]?.checks[0]?.checker;
}

const tlsOf = (check: string, head?: string): unknown => {
  const checker = checkerOf(check, head);
  return typeof checker === 'object' && checker !== null ? Reflect.get(checker, 'tls') : undefined;
};

const bare = { certificate: undefined, key: undefined, password: undefined, authority: undefined };

test('whatever says how TLS is to be says that it is', () => {
  assert.equal(tlsOf('PGSQL_CHECK {\n}'), undefined);
  assert.deepEqual(tlsOf('PGSQL_CHECK {\ntls\n}'), { sni: false, sniName: undefined, ...bare });
  assert.deepEqual(tlsOf('MYSQL_CHECK {\nverify\n}'), {
    ...{ sni: false, sniName: undefined, ...bare, verify: { name: undefined } },
  });
  assert.deepEqual(tlsOf('REDIS_CHECK {\nverify_name db.example.org\n}'), {
    ...{ sni: true, sniName: 'db.example.org', ...bare, verify: { name: 'db.example.org' } },
  });
  assert.deepEqual(tlsOf('GRPC_CHECK {\nsni_name shop.example.org\n}'), {
    ...{ sni: true, sniName: 'shop.example.org', ...bare },
  });
});

test('the one SSL block is for all checks', () => {
  const head = 'SSL {\nca /etc/ca.pem\ncertificate /etc/me.pem\nkey /etc/me.key\npassword x\n}\n';
  assert.deepEqual(tlsOf('PGSQL_CHECK {\nverify_name a.b\nsni_name c.d\n}', head), {
    ...{ sni: true, sniName: 'c.d', verify: { name: 'a.b' } },
    ...{ certificate: '/etc/me.pem', key: '/etc/me.key', password: 'x', authority: '/etc/ca.pem' },
  });
});

test('a certificate is compared with names alone', () => {
  const text = (name: string) =>
    `virtual_server 192.0.2.1 80 {\nlb_algo rr\nlb_kind NAT\nprotocol TCP\nreal_server 10.0.0.1 80 {\nMYSQL_CHECK {\nverify_name ${name}\n}\n}\n}\n`;
  const codes = (name: string) => readText(text(name)).diagnostics.map(({ code }) => code);
  assert.deepEqual(codes('10.0.0.1'), ['language.wrong-form']);
  assert.deepEqual(codes('2001:db8::1'), ['language.wrong-form']);
  assert.deepEqual(codes('db-1.example.org'), []);
});
