/** An expression over what a server has said, with a limit: nothing else runs in this process meanwhile. */
import { type Context, createContext, Script } from 'node:vm';
import type { Execute } from '../../health/checkers/conversation.ts';

interface Place {
  expression: RegExp;
  text: string;
  match: RegExpExecArray | null;
}

/** Milliseconds. A plain expression needs one for a whole window. */
const LIMIT = 100;
/** Made when the first expression is looked for. */
let kept: { readonly place: Place; readonly context: Context; readonly script: Script } | undefined;

export const execute: Execute = (expression, text) => {
  kept ??= prepare(expression);
  const { place, context, script } = kept;
  Object.assign(place, { expression, text, match: null });
  try {
    script.runInContext(context, { timeout: LIMIT });
  } catch (error) {
    if (isOverrun(error)) return 'too-long';
    throw error;
  }
  place.text = '';
  const { match } = place;
  return match === null ? undefined : { begin: match.index, end: expression.lastIndex };
};

function prepare(expression: RegExp): NonNullable<typeof kept> {
  const place: Place = { expression, text: '', match: null };
  const script = new Script('match = expression.exec(text)');
  return { place, context: createContext(place), script };
}

/** The error is of the other context's making. */
function isOverrun(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    Reflect.get(error, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
