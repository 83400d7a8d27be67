/** The commands' side of the control socket. */
import { request } from 'node:http';
import { failure, type Outcome, success } from '../base/outcome.ts';
import { controlSocketIn } from '../daemon/state-directory.ts';
import { type Refused, type Route, routes } from './address.ts';

export interface Asking {
  readonly stateDirectory: string;
  /** A reload reads files and may take longer than a status. Milliseconds. */
  readonly patience?: number;
  /** Goes behind the question mark. */
  readonly query?: Readonly<Record<string, string>>;
}

const defaultPatience = 5_000;

/** The answer of the daemon on this state directory, or a sentence that says why there is none. */
export async function ask<Answer>(route: Route, asking: Asking): Promise<Outcome<Answer, string>> {
  const answer = await askText(route, asking);
  if (!answer.ok) return answer;
  const body = parse(answer.value);
  if (body === undefined) return failure(`the daemon's answer is not JSON: ${answer.value}`);
  return success(body as Answer);
}

/** The same for an answer that is text. */
export function askText(route: Route, asking: Asking): Promise<Outcome<string, string>> {
  const { method, path } = routes[route];
  const socketPath = controlSocketIn(asking.stateDirectory);
  const patience = asking.patience ?? defaultPatience;
  const query = new URLSearchParams(asking.query).toString();
  const asked = query === '' ? path : `${path}?${query}`;
  return new Promise((resolve) => {
    const sent = request({ socketPath, method, path: asked, timeout: patience }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(failure(gone(asking.stateDirectory))));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const refused = (response.statusCode ?? 500) >= 400;
        resolve(
          refused ? failure((parse(text) as Refused | undefined)?.error ?? text) : success(text),
        );
      });
    });
    sent.on('timeout', () => {
      sent.destroy();
      resolve(
        failure(
          `the daemon on ${asking.stateDirectory} has not answered within ${patience / 1_000} s: it hangs or is stopped; look at its process and its log`,
        ),
      );
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve(failure(whyUnreachable(error, asking.stateDirectory)));
    });
    sent.end();
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function gone(directory: string): string {
  return `the daemon on ${directory} ended while it answered`;
}

function whyUnreachable(error: NodeJS.ErrnoException, directory: string): string {
  switch (error.code) {
    case 'ENOENT':
      return `no daemon runs on the state directory ${directory}: start one with "holdfast run", or name the directory of the running one with --state-dir`;
    case 'ECONNREFUSED':
      return `the daemon on ${directory} was killed and left its socket behind: start it again with "holdfast run"`;
    case 'EACCES':
    case 'EPERM':
      return `the control socket in ${directory} may only be used by root: run this command as root`;
    case 'ECONNRESET':
      return gone(directory);
    default:
      return `the daemon on ${directory} cannot be asked: ${error.message}`;
  }
}
