/** One question of a probe, put over the network or to /proc. Each kind is loaded when it is first needed. */
import { connect } from 'node:net';
import type { ProbeTarget } from '../../engine/translation/supervisor-trackers.ts';

/** Tells once, never before `ask` has returned, why there is no good answer, or undefined; until it is cancelled. */
export type Answered = (failure: string | undefined) => void;

export function ask(target: ProbeTarget, answered: Answered): () => void {
  const question = new AbortController();
  const { signal } = question;
  const tell: Answered = (failure) => {
    if (!signal.aborted) answered(failure);
  };
  put(target, tell, signal).catch((thrown: unknown) => tell(wordsOf(thrown)));
  return () => question.abort();
}

async function put(target: ProbeTarget, tell: Answered, signal: AbortSignal): Promise<void> {
  switch (target.kind) {
    case 'ping': {
      const { ping } = await import('../../linux/checks/ping.ts');
      if (signal.aborted) return;
      const cancel = ping(target.address, tell);
      signal.addEventListener('abort', cancel, { once: true });
      return;
    }
    case 'tcp':
      return askTcp(target, tell, signal);
    case 'http': {
      const { askHttp } = await import('./http.ts');
      if (!signal.aborted) askHttp(target, tell, signal);
      return;
    }
    case 'process': {
      const [{ procTable }, { matches }] = await Promise.all([
        import('../trackers/proc.ts'),
        import('../trackers/matching.ts'),
      ]);
      const wanted = { program: target.name, fullCommand: false, parameters: undefined };
      const table = procTable(false);
      for (const pid of table.living()) {
        const facts = table.facts(pid);
        if (facts !== undefined && matches(wanted, facts)) return tell(undefined);
      }
      tell('is not running');
    }
  }
}

function askTcp(
  { address, port }: Extract<ProbeTarget, { readonly kind: 'tcp' }>,
  tell: Answered,
  signal: AbortSignal,
): void {
  const socket = connect({ host: address, port });
  // A reset leaves nothing behind, neither here nor at the server.
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  socket.on('connect', () => {
    socket.resetAndDestroy();
    tell(undefined);
  });
  socket.on('error', (error) => tell(wordsOf(error)));
}

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error && 'code' in thrown) return String(thrown.code);
  return thrown instanceof Error ? thrown.message : String(thrown);
}
