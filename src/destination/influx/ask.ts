// Ask a server something on the main thread: a small answer, or one line by line.

import { type Dispatcher, request } from 'undici';
import { SkeinError } from '../../errors.ts';
import { isPassing } from './answers.ts';
import { beginningOf, linesIn } from './body.ts';
import { NotAllowed, Unanswered } from './questions.ts';
import { serverMessage } from './sentences.ts';
import { below, type Server } from './server.ts';
import { agentOf, certificateProblem } from './tls.ts';

const TIMEOUT_MS = 10_000;
/** Without a word from the server for so long, a query counts as not answered. */
const QUERY_TIMEOUT_MS = 60_000;

export interface SmallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of the body. */
  readonly text: string;
}

/** No answer came. */
export class NoAnswer extends SkeinError {
  /** In words, to follow a colon. */
  readonly why: string;

  constructor(url: string, why: string, options?: ErrorOptions) {
    super('destination', `No server answers at ${url}: ${why}. Is it running, and is the port right?`, options);
    this.why = why;
  }
}

/**
 * Ask, and wait for 10 s.
 *
 * @param path below the server's URL, with its query
 * @param signal abort it to wait no longer
 * @throws NoAnswer; SkeinError `destination` when the server is not trusted
 */
export async function ask(
  server: Server,
  method: 'GET' | 'POST',
  path: string,
  content?: string,
  signal?: AbortSignal,
): Promise<SmallAnswer> {
  try {
    const options = { method, headers: server.headers, body: content, signal };
    const { statusCode, headers, body } = await send(server, path, options, TIMEOUT_MS);
    return { status: statusCode, headers, text: (await beginningOf(body)).text };
  } catch (cause) {
    const problem = certificateProblem((cause as NodeJS.ErrnoException).code);
    if (problem !== undefined) throw new SkeinError('destination', `${server.url} is not trusted: ${problem}.`, { cause });
    throw new NoAnswer(server.url, whyNoAnswer(cause), { cause });
  }
}

/**
 * Send a query as a form, which may be longer than a URL, and read its answer.
 *
 * @param subject what is asked about, for people
 * @throws NotAllowed when this token may not ask; Unanswered when it may be answered another time; SkeinError `destination`
 */
export async function* askLines(
  server: Server,
  path: string,
  form: Readonly<Record<string, string>>,
  subject: string,
): AsyncGenerator<string> {
  try {
    const headers = { ...server.headers, 'content-type': 'application/x-www-form-urlencoded' };
    const { statusCode, body } = await send(
      server,
      path,
      { method: 'POST', headers, body: String(new URLSearchParams(form)) },
      QUERY_TIMEOUT_MS,
    );
    if (statusCode < 300) yield* linesIn(body);
    else throw queryFailure(server, statusCode, (await beginningOf(body)).text, subject);
  } catch (error) {
    if (error instanceof SkeinError) throw error;
    throw new Unanswered(server.url, whyNoAnswer(error), { cause: error });
  }
}

/**
 * The object that a line of an answer is.
 *
 * @throws SkeinError `destination` when it is none: something else than the server answers
 */
export function readObject<Content extends object>(server: Server, line: string): Content {
  try {
    const content: unknown = JSON.parse(line);
    if (typeof content === 'object' && content !== null) return content as Content;
  } catch {
    // The same as any other content that is none.
  }
  throw new SkeinError('destination', `${server.url} answered a query with what is no answer: ${serverMessage(server, line)}.`);
}

/** What a refused query means. */
export function queryFailure(server: Server, status: number, body: string, subject: string): SkeinError {
  const said = serverMessage(server, body);
  if (isPassing(status)) return new Unanswered(server.url, `status ${status}: ${said}`);
  if ([401, 403, 404].includes(status)) return new NotAllowed(`${server.url} does not let this token read ${subject}: ${said}.`);
  return new SkeinError('destination', `${server.url} refused a query with status ${status}: ${said}.`);
}

function send(
  server: Server,
  path: string,
  options: {
    method: 'GET' | 'POST';
    headers: Readonly<Record<string, string>>;
    body?: string | undefined;
    signal?: AbortSignal | undefined;
  },
  timeoutMs: number,
): Promise<Dispatcher.ResponseData> {
  return request(new URL(server.url).origin + below(server, path), {
    ...options,
    dispatcher: agentOf(server.ca),
    body: options.body ?? null,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

/** Why a request got no answer, in words. */
export function whyNoAnswer(cause: unknown): string {
  const { code, message, errors } = cause as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'it does not speak https';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is not known';
  return message !== '' ? message : (errors?.[0]?.message ?? String(code));
}
