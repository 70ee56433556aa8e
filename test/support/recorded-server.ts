// What a real server answered, kept in test/recorded/ and given again to machines
// that have no such server.
//
// - Without a real server, requests are answered from the recording. One that is
//   not in it gets 501, and fails the test that ends the server.
// - With one, tests talk to it directly.
// - With one and SKEIN_RECORD, which says what it is ("InfluxDB 2.9.1"), they talk
//   to it through a proxy, and what was asked and answered is written down.
//
// Equal requests are answered in the order in which they were recorded, and with
// the last answer from then on. Tokens and passwords differ from run to run and
// are nobody's business: each is a fixed word in the recording, numbered as they
// turn up, and in an answer that is given again the word is what this run's client
// has sent in its place, if it has sent one.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { FixedWords } from './fixed-words.ts';
import { bodyOf } from './forward.ts';

interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization?: string;
  /** What JSON holds, or else the text. */
  readonly body?: unknown;
}

interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Recording {
  /** Name and version of the server that answered. */
  readonly server: string;
  readonly exchanges: readonly { readonly request: RecordedRequest; readonly answer: RecordedAnswer }[];
}

export interface RecordedServer {
  readonly url: string;
  /** @throws an Error when something was asked that the recording does not have */
  close(): Promise<void>;
}

/** Headers of answers that clients look at. */
const KEPT_HEADERS = /^(content-type|retry-after|x-(influxdb|platform)-.*)$/;

export interface RecordingOptions {
  /** Names of JSON members whose values are others in each run, beside tokens and passwords; default none. */
  readonly varying?: readonly string[];
  /** Where the recording is; default test/recorded/. */
  readonly folder?: string;
}

/** Whether what real servers answer is written down. */
export const isRecording = Boolean(process.env['SKEIN_RECORD']);

const FOLDER = fileURLToPath(new URL('../recorded/', import.meta.url));

/**
 * Serve the recording `name`, or the real server if there is one.
 *
 * @param realUrl undefined without one
 */
export async function openRecorded(
  name: string,
  realUrl: string | undefined,
  { varying = [], folder = FOLDER }: RecordingOptions = {},
): Promise<RecordedServer> {
  const path = join(folder, `${name}.json`);
  if (realUrl === undefined) return replay(path, varying);
  const { SKEIN_RECORD: recordAs } = process.env;
  if (!recordAs) return { url: realUrl, close: async () => {} };
  return record(path, realUrl, recordAs, varying);
}

async function replay(path: string, varying: readonly string[]): Promise<RecordedServer> {
  const { exchanges } = JSON.parse(readFileSync(path, 'utf8')) as Recording;
  const words = new FixedWords(varying);
  const answers = new Map<string, RecordedAnswer[]>();
  for (const { request, answer } of exchanges) {
    const key = JSON.stringify(request);
    answers.set(key, [...(answers.get(key) ?? []), answer]);
  }
  const notRecorded: string[] = [];
  const server = await listen(async (incoming, response) => {
    const key = JSON.stringify(words.hide(await readRequest(incoming)));
    const left = answers.get(key) ?? [];
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer === undefined) notRecorded.push(key);
    const { status, headers, body } = words.show(answer ?? { status: 501, headers: {}, body: `not recorded: ${key}` });
    response.writeHead(status, headers).end(bodyText(body));
  });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      if (notRecorded.length > 0) throw new Error(`${path} has no answer to:\n${notRecorded.join('\n')}`);
    },
  };
}

async function record(path: string, realUrl: string, recordAs: string, varying: readonly string[]): Promise<RecordedServer> {
  const words = new FixedWords(varying);
  const exchanges: Recording['exchanges'][number][] = [];
  const server = await listen(async (incoming, response) => {
    const request = await readRequest(incoming);
    const { method, authorization, body } = request;
    const answered = await fetch(realUrl + request.path, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        'content-type': incoming.headers['content-type'] ?? 'text/plain',
        accept: incoming.headers.accept ?? '*/*',
      },
      ...(body === undefined ? {} : { body: bodyText(body) }),
    });
    const text = await answered.text();
    const headers = Object.fromEntries([...answered.headers].filter(([header]) => KEPT_HEADERS.test(header)));
    const answer = { status: answered.status, headers, ...withBody(text) };
    exchanges.push({ request: words.hide(request), answer: words.hide(answer) });
    response.writeHead(answered.status, headers).end(text);
  });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      mkdirSync(dirname(path), { recursive: true });
      const lines = exchanges.map((exchange) => JSON.stringify(exchange));
      // An exchange a line, so that it is seen which ones a later recording changes.
      writeFileSync(path, `{"server": ${JSON.stringify(recordAs)}, "exchanges": [\n${lines.join(',\n')}\n]}\n`);
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<RecordedRequest> {
  const bytes = await bodyOf(incoming);
  const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  const { method = 'GET', url: path = '/', headers } = incoming;
  const { authorization } = headers;
  return { method, path, ...(authorization === undefined ? {} : { authorization }), ...withBody(text) };
}

function withBody(text: string): { body?: unknown } {
  if (text === '') return {};
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object') return { body: content };
  } catch {
    // Text then.
  }
  return { body: text };
}

function bodyText(body: unknown): string {
  return body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
}

async function listen(
  answer: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
