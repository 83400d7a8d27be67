/**
 * Records what the packaged keepalived says about each file of test/golden/mistakes, in a namespace with two
 * interfaces. Needs keepalived, iproute2 and the right to make namespaces: `node tools/gallery.ts`, then `npm run generate`.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mistakeNames, type Recording, recordingPath } from './generate/mistakes.ts';

const folder = fileURLToPath(new URL('../test/golden/mistakes', import.meta.url));
const keepalived = '/usr/sbin/keepalived';
const patience = 20_000;
const links =
  'ip link add eth0 type veth peer name eth1 && ip link set lo up && ip link set eth0 up && ip link set eth1 up';

function run(words: readonly string[]): { readonly ended: string; readonly lines: string[] } {
  const { status, signal, stdout, stderr, error } = spawnSync(
    'unshare',
    ['-n', 'sh', '-c', `${links} && exec "$@"`, 'sh', keepalived, ...words],
    { cwd: folder, encoding: 'utf8', timeout: patience },
  );
  if (error !== undefined) throw error;
  const ended = signal === null ? `exit status ${status}` : `killed by ${signal}`;
  return { ended, lines: `${stdout}${stderr}`.trim().split('\n') };
}

const version = run(['-v']).lines[0]?.replace(/ \(.*/, '') ?? '';
const files: Record<string, Recording['files'][string]> = {};
for (const name of mistakeNames()) {
  const { ended, lines } = run(['-t', '-f', name]);
  const said = lines.filter((line) => line !== '').map((line) => line.trimEnd());
  files[name] = { ended, lines: [...new Set(said)] };
}
const recording: Recording = { version, files };
writeFileSync(recordingPath, `${JSON.stringify(recording, null, 1)}\n`);
process.stdout.write(`${version}: ${Object.keys(files).length} files recorded\n`);
