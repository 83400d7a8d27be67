/** Every question is put in a process of its own, since the answers change the process that asks. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

const MODULE = JSON.stringify(new URL('process.ts', import.meta.url).href);

/** What `expression` gives in a process that has the functions of the module as `self`. */
function ask(expression: string, options: readonly string[] = []): unknown {
  const script = `
    import * as self from ${MODULE};
    import { readFileSync } from 'node:fs';
    const answer = await (async () => ${expression})();
    console.log(JSON.stringify(answer ?? null));
  `;
  const child = spawnSync(process.execPath, [...options, '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(child.status, 0, child.stderr);
  return JSON.parse(child.stdout);
}

describe('the process', () => {
  it('takes a name of 15 characters', () => {
    const name = `(self.setProcessName('holdfast-failover'), readFileSync('/proc/self/comm', 'utf8'))`;
    assert.equal(ask(name), 'holdfast-failov\n');
  });

  it('runs on the processors that it is told', () => {
    const allowed = `(self.setCpuAffinity([0]), readFileSync('/proc/self/status', 'utf8'))`;
    assert.match(String(ask(allowed)), /^Cpus_allowed_list:\t0$/m);
  });

  it('answers what is refused with an error and does not throw', () => {
    assert.deepEqual(ask('self.setRealTimePriority(1000)'), {
      errno: 22,
      code: 'EINVAL',
      detail: '',
    });
    assert.deepEqual(ask('self.setCpuAffinity([9999])'), { errno: 22, code: 'EINVAL', detail: '' });
    assert.deepEqual(ask(`self.enterNamespace('/no/such/file')`), {
      errno: 2,
      code: 'ENOENT',
      detail: '/no/such/file',
    });
  });

  it('survives collections of garbage with its memory locked', () => {
    // Functions by the thousand: their code is what V8 gives back to the kernel.
    const work = `{
      const refused = self.lockMemory();
      for (let round = 0; round < 3; round += 1) {
        let rubbish = Array.from({ length: 400 }, (_, index) => {
          const made = new Function('a', 'let s = 0; for (let i = 0; i < 100; i++) s += a * ' + index + '; return s;');
          for (let call = 0; call < 300; call += 1) made(call);
          return [made, new Array(20000).fill(index)];
        });
        rubbish = undefined;
        globalThis.gc();
      }
      return refused?.code ?? 'locked';
    }`;
    // Without the privilege it is refused by ENOMEM or EPERM, and the process goes on.
    assert.match(String(ask(work, ['--expose-gc'])), /^(locked|ENOMEM|EPERM)$/);
  });
});
