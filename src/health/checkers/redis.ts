/** REDIS_CHECK: what `ROLE` says. */
import type { RedisChecker } from '../checker.ts';
import { failed, type Judgement, passed } from './conversation.ts';

/** `answer` as Redis gives it: the role, then for a replica its master's address, port, the state of the link, an offset. */
export function judgeRole(answer: unknown, wanted: RedisChecker['role']): Judgement {
  const fields: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const [said, , , link] = fields;
  if (said !== 'master' && said !== 'slave') return failed('Redis does not say what it is');
  const role = said === 'slave' ? 'replica' : 'master';
  if (wanted === 'any') return passed(`Redis answers, a ${role}`);
  if (role !== wanted) return failed(`Redis is a ${role}, wanted a ${wanted}`);
  if (role === 'replica' && link !== 'connected') {
    return failed(`Redis is a replica without its master (link ${String(link)})`);
  }
  return passed(`Redis is a ${role}`);
}
