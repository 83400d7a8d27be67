import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPrivileges } from './privileges.ts';

test('names what is missing and what to do', () => {
  assert.equal(missingPrivileges('CapEff:\t000001ffffffffff\n'), undefined);
  assert.equal(
    missingPrivileges('CapEff:\t0000000000000000\n'),
    'may not move addresses between hosts: run as root, or give it CAP_NET_ADMIN and CAP_NET_RAW',
  );
  assert.match(missingPrivileges('CapEff:\t0000000000001000\n') ?? '', /give it CAP_NET_RAW$/);
});
