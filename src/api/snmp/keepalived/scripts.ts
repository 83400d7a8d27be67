/** Commands as keepalived shows them. */
import type { Command } from '../../../daemon/scripts/command.ts';
import type { SnmpValue } from '../../../wire/agentx-values.ts';
import { renderWords } from '../../dumps/picture.ts';
import { text } from '../values.ts';

/** Without a command there is no object. */
export function commandText(command: Command | undefined): SnmpValue | undefined {
  return command === undefined ? undefined : text(renderWords(command));
}
