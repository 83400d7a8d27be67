/** `holdfast reload`: reads the configuration again; one with errors changes nothing. */
import { ask } from '../../api/client.ts';
import type { ReloadAnswer } from '../../daemon/control.ts';

export async function reload(stateDirectory: string): Promise<number> {
  const answer = await ask<ReloadAnswer>('reload', { stateDirectory, patience: 60_000 });
  if (!answer.ok) {
    process.stderr.write(`holdfast: ${answer.error}\n`);
    return 1;
  }
  switch (answer.value.kind) {
    case 'reloaded':
      process.stdout.write('the configuration was read again\n');
      return 0;
    case 'stopping':
      process.stderr.write('holdfast: the daemon is stopping and reads nothing any more\n');
      return 1;
    case 'refused':
      process.stderr.write(
        `${answer.value.text}\nholdfast: not loaded; what runs goes on unchanged\n`,
      );
      return 2;
  }
}
