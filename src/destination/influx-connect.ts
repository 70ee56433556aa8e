// Find out what a server is and whether it will take our points, before any is sent.

import { request } from 'undici';
import { DEFAULT_RETRY_SECONDS } from '../defaults.ts';
import { SkeinError } from '../errors.ts';
import type { InfluxTarget } from './destination.ts';
import { authorization, below, databaseOf, serverMessage, writeFailureSentence, writePath } from './influx-requests.ts';

const TIMEOUT_MS = 10_000;

export interface InfluxOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly org: string | undefined;
  readonly bucket: string;
  /** Make the bucket if it is missing. */
  readonly createBucket: boolean;
  /** How long one batch is tried before the run gives up; default 15 minutes. */
  readonly retryMs?: number;
}

/**
 * Connect to the server and try an empty write, which changes nothing and
 * tells whether token, organization and bucket are right.
 *
 * @throws SkeinError `usage` for a URL that cannot be used, `destination` when the server is not there or refuses
 */
export async function connectInflux(options: InfluxOptions): Promise<InfluxTarget> {
  const url = checkUrl(options.url);
  const dialect = await probe(url);
  if (dialect === 'influxdb-2' && options.org === undefined) {
    throw new SkeinError('usage', `${url} is an InfluxDB 2 and wants an organization. Name it with --org or INFLUX_ORG.`);
  }
  const target: InfluxTarget = {
    kind: 'influx',
    url,
    dialect,
    org: options.org,
    bucket: options.bucket,
    token: options.token,
    retryMs: options.retryMs ?? DEFAULT_RETRY_SECONDS * 1000,
  };
  const refusal = await tryEmptyWrite(target);
  if (refusal === undefined) return target;
  if (refusal.status !== 404 || !options.createBucket) throw new SkeinError('destination', refusal.sentence);
  await createBucket(target);
  const second = await tryEmptyWrite(target);
  if (second !== undefined) throw new SkeinError('destination', second.sentence);
  return target;
}

function checkUrl(text: string): string {
  if (!URL.canParse(text)) throw new SkeinError('usage', 'The server URL cannot be read. It looks like http://localhost:8086.');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SkeinError('usage', `A server URL begins with http:// or https://, not ${url.protocol}//.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new SkeinError('usage', 'Credentials do not belong into a URL, where others can read them. Put them into INFLUX_TOKEN.');
  }
  if (url.search !== '' || url.hash !== '') throw new SkeinError('usage', 'A server URL has no ? or #. Name the bucket with --bucket.');
  return url.origin + url.pathname.replace(/\/$/, '');
}

/** Tell the server by its answer to `/ping`. */
async function probe(url: string): Promise<InfluxTarget['dialect']> {
  const { headers, text } = await ask(url, 'GET', below(url, '/ping'), {});
  const version = String(headers['x-influxdb-version'] ?? /"version"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '').replace(/^v/, '');
  if (headers['x-server-hostname'] !== undefined) {
    throw new SkeinError('destination', `${url} is a VictoriaMetrics, which this version cannot load into. Use --to <directory>.`);
  }
  if (version.startsWith('2.')) return 'influxdb-2';
  if (version.startsWith('1.')) return 'influxdb-1';
  const what = version === '' ? 'does not answer like an InfluxDB' : `is an InfluxDB ${version}, which this version cannot load into`;
  throw new SkeinError('destination', `${url} ${what}. Skein loads into InfluxDB 2 and 1.x; check the URL and port.`);
}

async function tryEmptyWrite(target: InfluxTarget): Promise<{ status: number; sentence: string } | undefined> {
  const { status, text } = await ask(target.url, 'POST', writePath(target), authorization(target));
  return status < 300 ? undefined : { status, sentence: writeFailureSentence(target, status, serverMessage(target, text)) };
}

async function createBucket(target: InfluxTarget): Promise<void> {
  if (target.dialect === 'influxdb-1') {
    const name = databaseOf(target).db.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const query = new URLSearchParams({ q: `CREATE DATABASE "${name}"` });
    const { status, text } = await ask(target.url, 'POST', below(target.url, `/query?${query}`), authorization(target));
    if (status >= 300) throw new SkeinError('destination', writeFailureSentence(target, status, serverMessage(target, text)));
    return;
  }
  const { makeBucket } = await import('./influx-buckets.ts');
  await makeBucket(target);
}

async function ask(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }> {
  try {
    const answer = await request(new URL(url).origin + path, { method, headers, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
    return { status: answer.statusCode, headers: answer.headers, text: (await answer.body.text()).slice(0, 4096) };
  } catch (cause) {
    throw new SkeinError('destination', `No server answers at ${url}: ${reason(cause)}. Is it running, and is the port right?`, { cause });
  }
}

function reason(cause: unknown): string {
  const { code, message, errors } = cause as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is not known';
  return message !== '' ? message : (errors?.[0]?.message ?? String(code));
}
