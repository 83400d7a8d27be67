/**
 * Transcripts: prose in `#` lines, commands, `----`, and everything that happened. A blank line ends a block. Running
 * one gives the same text with what happens now.
 */
import { createBfdStage } from './bfd-stage.ts';
import { createEngineStage } from './engine-stage.ts';
import { createRouterStage } from './router-stage.ts';
import { type Command, parseCommand } from './words.ts';

/** What carries the commands of one transcript out, and tells what came of each. */
export interface Stage {
  perform(command: Command): readonly string[];
}

const RULE = '----';

/** The transcript as it reads with the code of today. */
export function replay(text: string): string {
  const lines: string[] = [];
  let stage: Stage | undefined;
  let commands: Command[] = [];
  let isExpected = false;
  for (const line of text.trimEnd().split('\n')) {
    if (line === RULE) {
      lines.push(line);
      for (const command of commands) {
        stage ??= stageFor(command);
        lines.push(...stage.perform(command));
      }
      commands = [];
      isExpected = true;
    } else if (line === '') {
      isExpected = false;
      lines.push(line);
    } else if (!isExpected) {
      lines.push(line);
      if (!line.startsWith('#')) commands.push(parseCommand(line));
    }
  }
  return `${lines.join('\n')}\n`;
}

function stageFor({ name }: Command): Stage {
  if (name === 'router') return createRouterStage();
  return name === 'bfd' ? createBfdStage() : createEngineStage();
}
