/** MYSQL_CHECK and PGSQL_CHECK: whether a database may be written to. */
import type { MysqlChecker, PgsqlChecker } from '../checker.ts';
import { failed, type Judgement, passed } from './conversation.ts';

/** One row of one column for both. */
export const mysqlQuestion = 'SELECT @@global.read_only AS answer';
export const pgsqlQuestion = 'SELECT pg_is_in_recovery() AS answer';

/** `answer`: read_only, as 0 or 1, which drivers also give as text. */
export function judgeReadOnly(answer: unknown, wanted: MysqlChecker['state']): Judgement {
  const text = String(answer);
  if (text !== '0' && text !== '1')
    return failed('the server does not say whether it is read-only');
  return judgeState(text === '0' ? 'writable' : 'read-only', wanted);
}

/** `answer`: whether it is in recovery. */
export function judgeRecovery(answer: unknown, wanted: PgsqlChecker['state']): Judgement {
  if (typeof answer !== 'boolean') return failed('the server does not say whether it recovers');
  return judgeState(answer ? 'standby' : 'primary', wanted);
}

function judgeState(state: string, wanted: string): Judgement {
  return wanted === 'any' || state === wanted
    ? passed(`the server is ${state}`)
    : failed(`the server is ${state}, wanted ${wanted}`);
}
