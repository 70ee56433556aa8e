// Find out what a server is and whether it will take our points, before any is sent.

import { DEFAULT_RETRY_SECONDS } from '../../defaults.ts';
import { SkeinError } from '../../errors.ts';
import { ask } from './ask.ts';
import { dialectOf } from './dialects.ts';
import { probe } from './probe.ts';
import { serverMessage, writeFailureSentence } from './sentences.ts';
import { serverOf } from './server.ts';
import { databaseOf, type InfluxTarget } from './target.ts';

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
  const dialect = await probe(url, options.token);
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

async function tryEmptyWrite(target: InfluxTarget): Promise<{ status: number; sentence: string } | undefined> {
  const dialect = dialectOf(target);
  const { status, text } = await ask(serverOf(target, dialect), 'POST', dialect.writePath(target));
  if (dialect.takesWrites(status, text)) return undefined;
  return { status, sentence: writeFailureSentence(target, status, serverMessage(target, text)) };
}

async function createBucket(target: InfluxTarget): Promise<void> {
  if (target.dialect === 'influxdb-1') {
    const name = databaseOf(target.bucket).db.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const query = new URLSearchParams({ q: `CREATE DATABASE "${name}"` });
    const { status, text } = await ask(serverOf(target, dialectOf(target)), 'POST', `/query?${query}`);
    if (status >= 300) throw new SkeinError('destination', writeFailureSentence(target, status, serverMessage(target, text)));
    return;
  }
  const { makeBucket } = await import('./influxdb-2-buckets.ts');
  await makeBucket(target);
}
