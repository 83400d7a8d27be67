/** `--state-dir`, as every command that speaks with a daemon has it. */
import { Option } from 'commander';

export function stateDirectoryOption(): Option {
  return new Option('--state-dir <dir>', 'where the daemon keeps its control socket').env(
    'HOLDFAST_STATE_DIR',
  );
}
