/**
 * What each process reads as soon as it is started. Whatever is configured seldom is loaded with its first use: start-up time
 * and memory of a daemon without it are those of a program that has never heard of it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const source = join(import.meta.dirname, '..');
const statement = /^(?:import|export)\s+(?!type\b)(?:[^;]*?\sfrom\s+)?'(?<from>[^']+)'/gm;

/** The files and packages that are read as soon as this file is. */
function loadedWith(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  if (!file.startsWith('/')) return found;
  for (const { groups } of readFileSync(file, 'utf8').matchAll(statement)) {
    const target = groups?.from ?? '';
    loadedWith(target.startsWith('.') ? join(dirname(file), target) : target, found);
  }
  return found;
}

const names = (file: string): readonly string[] =>
  [...loadedWith(join(source, file))].map((each) =>
    each.startsWith('/') ? relative(source, each) : each,
  );
const found = (file: string, pattern: RegExp): readonly string[] =>
  names(file).filter((each) => pattern.test(each));

const packages = /^(?!node:)[a-z@]/;
const isFile = /\.ts$/;
const network = /^node:(http|https|http2|tls|dns|dgram|inspector)/;
const bfd = /(^|\/)(bfd|udp)[-./]/;
const balancing = /^(engine\/balancer|health|plane|daemon\/checks)\/|linux\/(ipvs|nftables)/;
const doors = /^api\/(dbus|snmp|dumps|metrics)\//;
const letters = /^daemon\/alerts\/(?!late-)|^node:(crypto|util)$/;
const reading = /^(language|config\/(load|lexer|resolve)|engine\/translation)/;

/** Packages of the registry. */
const packagesOf = (file: string): readonly string[] =>
  found(file, packages).filter((each) => !isFile.test(each));

test('the failover process: one package, nothing of BFD, services, doors, letters or the language', () => {
  const entry = 'daemon/failover.ts';
  const all = names(entry);
  assert.ok(all.includes('engine/driver.ts') && all.includes('linux/adverts/network.ts'));
  assert.deepEqual(packagesOf(entry), ['koffi']);
  for (const pattern of [bfd, network, balancing, doors, reading, /^node:child_process/]) {
    assert.deepEqual(found(entry, pattern), [], String(pattern));
  }
  const later = names('daemon/failover/bfd-part.ts');
  assert.ok(later.includes('engine/bfd/engine.ts') && later.includes('linux/udp/network.ts'));
});

test('the supervisor: no package at all, no HTTP, no door, no language', () => {
  const entry = 'cli/commands/run.ts';
  assert.ok(names(entry).includes('daemon/supervisor.ts'));
  assert.deepEqual(packagesOf(entry), []);
  assert.deepEqual(packagesOf('cli/main.ts'), []);
  // Two files of plain words, which sentences and keys are made of.
  const known = new Set(['engine/balancer/memory.ts']);
  for (const pattern of [network, balancing, doors, reading, letters, /^linux\//]) {
    const loaded = found(entry, pattern).filter((each) => !known.has(each));
    assert.deepEqual(loaded, [], String(pattern));
  }
  assert.deepEqual(found(entry, /^api\/load-record/), []);
});

test('the balancer process: no plane and no client of a database before they are asked for', () => {
  const entry = 'daemon/balancer.ts';
  assert.ok(names(entry).includes('engine/balancer/driver.ts'));
  assert.deepEqual(packagesOf(entry), ['koffi']);
  for (const pattern of [network, doors, reading, /linux\/(ipvs|nftables)/, /checks\/clients/]) {
    assert.deepEqual(found(entry, pattern), [], String(pattern));
  }
});

test('what is loaded late is what these patterns look for', () => {
  assert.deepEqual(packagesOf('api/dbus/service.ts'), ['dbus-next']);
  assert.ok(names('daemon/alerts/alerts.ts').includes('node:crypto'));
  const late = ['api/dbus/service.ts', 'api/snmp/service.ts', 'linux/ipvs/ipvs.ts'] as const;
  for (const entry of late) assert.ok(names(entry).length > 1, entry);
  assert.ok(found('linux/ipvs/ipvs.ts', balancing).length > 0);
  assert.ok(found('daemon/reading/configuration.ts', reading).length > 0);
});
