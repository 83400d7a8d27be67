/** Users and groups of this host by name or number. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Account } from './command.ts';

/** undefined when the host knows no such user or group. A group of undefined takes the user's own. */
export function accountNamed(user: string, group: string | undefined): Account | undefined {
  const entry = entryOf('passwd', user);
  const uid = /^\d+$/.test(user) ? Number(user) : Number(entry?.[2]);
  if (!Number.isInteger(uid)) return undefined;
  const gid = group === undefined ? Number(entry?.[3] ?? uid) : groupNumber(group);
  if (gid === undefined || !Number.isInteger(gid)) return undefined;
  return { name: entry?.[0] ?? user, uid, gid };
}

function groupNumber(group: string): number | undefined {
  if (/^\d+$/.test(group)) return Number(group);
  const entry = entryOf('group', group);
  return entry === undefined ? undefined : Number(entry[2]);
}

/** The fields of the line for a name or number, from the file, else from whatever the host's name service knows. */
function entryOf(table: 'passwd' | 'group', key: string): readonly string[] | undefined {
  const numeric = /^\d+$/.test(key);
  for (const line of textOf(table).split('\n')) {
    const fields = line.split(':');
    if (fields.length > 3 && fields[numeric ? 2 : 0] === key) return fields;
  }
  if (!/^[\w.$-]+$/.test(key)) return undefined;
  try {
    const answer = execFileSync('getent', [table, key], {
      encoding: 'utf8',
      timeout: 2_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const fields = answer.trim().split(':');
    return fields.length > 2 ? fields : undefined;
  } catch {
    return undefined;
  }
}

function textOf(table: 'passwd' | 'group'): string {
  try {
    return readFileSync(`/etc/${table}`, 'utf8');
  } catch {
    return '';
  }
}
