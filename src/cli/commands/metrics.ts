/** `holdfast metrics` and `holdfast dump`: what the running daemon tells other programs, as text. */
import { askText } from '../../api/client.ts';
import type { DumpText } from '../../daemon/control.ts';

export function metrics(stateDirectory: string): Promise<number> {
  return show('metrics', stateDirectory);
}

/** The text that a signal would put into keepalived's file of that kind. */
export function dump(kind: DumpText, stateDirectory: string): Promise<number> {
  return show(`dump-${kind}`, stateDirectory);
}

async function show(
  route: 'metrics' | `dump-${DumpText}`,
  stateDirectory: string,
): Promise<number> {
  const answer = await askText(route, { stateDirectory });
  if (!answer.ok) {
    process.stderr.write(`holdfast: ${answer.error}\n`);
    return 1;
  }
  process.stdout.write(answer.value);
  return 0;
}
