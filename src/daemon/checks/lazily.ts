/** A starter whose module is loaded when the first check needs it: with a kind of check unused, nothing changes. */
import { failed } from '../../health/checkers/conversation.ts';
import { wordsOfError } from './error-words.ts';
import type { Start, Task } from './task.ts';

export function lazily(load: () => Promise<Start>): Start {
  let start: Start | undefined;
  let loading: Promise<Start> | undefined;
  return (request, judged) => {
    if (start !== undefined) return start(request, judged);
    let task: Task | undefined;
    let isCancelled = false;
    loading ??= load();
    loading.then(
      (loaded) => {
        start = loaded;
        if (isCancelled) return;
        const begun = loaded(request, judged);
        if (begun.kind === 'exhausted') judged(failed(begun.why));
        else task = begun;
      },
      (error: unknown) => {
        loading = undefined;
        if (!isCancelled) judged(failed(`the check cannot be loaded: ${wordsOfError(error)}`));
      },
    );
    return {
      kind: 'task',
      cancel() {
        isCancelled = true;
        task?.cancel();
      },
    };
  };
}
