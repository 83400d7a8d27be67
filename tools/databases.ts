/**
 * REDIS_CHECK, MYSQL_CHECK and PGSQL_CHECK before real servers, started here in folders of their own and gone afterwards:
 *
 *   npm run databases            each question, the verdict, and whether it is the one that is wanted
 *
 * Needs redis-server, mariadb-server and postgresql of the distribution, of which none has to run.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificate as pair } from '../test/checkers/certificate.ts';
import { askMariadb, mariadbProgram } from '../test/databases/mariadb.ts';
import { askPostgresql, postgresqlProgram } from '../test/databases/postgresql.ts';
import { askRedisServers, redisProgram } from '../test/databases/redis.ts';

const servers = [
  { name: 'Redis', package: 'redis-server', program: redisProgram, ask: askRedisServers },
  { name: 'MariaDB', package: 'mariadb-server', program: mariadbProgram, ask: askMariadb },
  { name: 'PostgreSQL', package: 'postgresql', program: postgresqlProgram, ask: askPostgresql },
] as const;

let wrong = 0;
let asked = 0;
const top = mkdtempSync(join(tmpdir(), `hfdata-${process.pid}-`));
// One of the servers is nobody's.
chmodSync(top, 0o755);
try {
  const [key, certificate] = [join(top, 'key.pem'), join(top, 'cert.pem')];
  writeFileSync(key, pair.key);
  writeFileSync(certificate, pair.cert);
  for (const { name, program, ask, ...server } of servers) {
    if (program() === undefined) {
      process.stdout.write(`${name} is not installed: apt-get install ${server.package}\n`);
      wrong += 1;
      continue;
    }
    const folder = join(top, server.package);
    mkdirSync(folder);
    for (const { what, verdict, wanted } of await ask({ folder, key, certificate })) {
      const isGood = wanted.test(verdict);
      asked += 1;
      if (!isGood) wrong += 1;
      const told = isGood ? '' : `   wanted ${wanted}`;
      process.stdout.write(
        `${isGood ? ' ' : '!'} ${name.padEnd(10)} ${what.padEnd(48)} ${verdict}${told}\n`,
      );
    }
  }
} finally {
  rmSync(top, { recursive: true, force: true });
}
process.stdout.write(`${asked} questions, ${wrong} wrong\n`);
process.exit(wrong === 0 ? 0 : 1);
