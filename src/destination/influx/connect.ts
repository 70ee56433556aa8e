// Find out what a server is and whether it will take our points, before any is sent.

import { DEFAULT_RETRY_SECONDS } from '../../defaults.ts';
import { SkeinError } from '../../errors.ts';
import { ask } from './ask.ts';
import { dialectOf } from './dialects.ts';
import { probe } from './probe.ts';
import { serverMessage, tokenSentence, writeFailureSentence } from './sentences.ts';
import { serverOf } from './server.ts';
import type { InfluxTarget } from './target.ts';
import { untilHealthy, type Waiting } from './until-healthy.ts';

export interface InfluxOptions {
  readonly url: string;
  readonly token?: string | undefined;
  /** Asked for the token of a server that wants one, where none is given. */
  readonly askForToken?: ((url: string) => Promise<string>) | undefined;
  /** Certificates of authorities to trust besides the known ones, PEM. */
  readonly ca?: string | undefined;
  readonly org: string | undefined;
  readonly bucket: string;
  /** Make the bucket if it is missing. */
  readonly createBucket?: boolean | undefined;
  /** Delete all that the bucket holds before the load. */
  readonly replaceBucket?: boolean | undefined;
  /** A token that may look at buckets, make and empty them, where `token` may not. */
  readonly adminToken?: string | undefined;
  /** How long one batch is tried before the run gives up; default 15 minutes. */
  readonly retryMs?: number | undefined;
  /** Wait for a server that is still starting; default: ask once. */
  readonly wait?: Waiting | undefined;
}

/** A server that was found and lets us write. */
export interface Connection {
  readonly target: InfluxTarget;
  /** It is to be made before the first write. */
  readonly bucketIsMissing: boolean;
  /** How far the server's clock is ahead of ours, to a second or so. */
  readonly aheadMs: number;
}

/**
 * Find out which server is at a URL.
 *
 * @throws SkeinError `usage` for a URL that cannot be used, `destination` when no server is there that is known,
 *   `interrupted` while waiting
 */
export async function findServer(options: InfluxOptions): Promise<InfluxTarget> {
  const url = checkUrl(options.url);
  const { ca, wait } = options;
  let { token } = options;
  if (wait !== undefined) await untilHealthy({ url, ca }, wait);
  const askedFor = async (): Promise<string | undefined> => token ?? (await options.askForToken?.(url));
  let dialect = await probe({ url, token, ca });
  if (dialect === 'locked' && token === undefined) {
    token = await askedFor();
    dialect = await probe({ url, token, ca });
  }
  if (dialect === 'locked') throw new SkeinError('destination', tokenSentence({ url, token }));
  if (dialect === 'influxdb-2' && options.org === undefined) {
    throw new SkeinError('usage', `${url} is an InfluxDB 2 and wants an organization. Name it with --org or INFLUX_ORG.`);
  }
  return {
    kind: 'influx',
    url,
    dialect,
    org: options.org,
    bucket: options.bucket,
    // This one always wants a token.
    token: dialect === 'influxdb-2' ? await askedFor() : token,
    ca,
    retryMs: options.retryMs ?? DEFAULT_RETRY_SECONDS * 1000,
  };
}

/**
 * Find the server and try an empty write, which changes nothing and tells
 * whether token, organization and bucket are right.
 *
 * @throws SkeinError as `findServer`, and `destination` when it does not let us write
 */
export async function connectInflux(options: InfluxOptions): Promise<Connection> {
  const { target, refusal, aheadMs } = await tryServer(options);
  const { url } = target;
  const { title, buckets } = dialectOf(target);
  if (options.replaceBucket === true && buckets === undefined) {
    throw new SkeinError('usage', `${url} is a ${title}, which Skein cannot empty with --replace-bucket. Empty it yourself.`);
  }
  const bucketIsMissing = refusal?.bucketIsMissing === true && options.createBucket === true;
  if (refusal !== undefined && !bucketIsMissing) throw new SkeinError('destination', refusal.sentence);
  return { target, bucketIsMissing, aheadMs };
}

/**
 * Find the server and try an empty write; a server that wants a token, where none is given, gets the one that is asked for.
 *
 * @returns why the server does not let us write, if so
 * @throws SkeinError as `findServer`
 */
export async function tryServer(options: InfluxOptions): Promise<{ target: InfluxTarget; refusal: Refused | undefined; aheadMs: number }> {
  const target = await findServer(options);
  const tried = await tryEmptyWrite(target);
  if (tried.refusal?.wantsToken !== true || target.token !== undefined || options.askForToken === undefined) return { target, ...tried };
  const withToken = { ...target, token: await options.askForToken(target.url) };
  return { target: withToken, ...(await tryEmptyWrite(withToken)) };
}

/**
 * A server's URL without a final slash.
 *
 * @throws SkeinError `usage` when it cannot be used
 */
export function checkUrl(text: string): string {
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

/** Why a server does not let us write. */
export interface Refused {
  readonly status: number;
  readonly sentence: string;
  readonly bucketIsMissing: boolean;
  readonly wantsToken: boolean;
}

/** Why nothing could be written, if so. */
export async function tryEmptyWrite(target: InfluxTarget): Promise<{ refusal: Refused | undefined; aheadMs: number }> {
  const dialect = dialectOf(target);
  const { status, headers, text } = await ask(serverOf(target, dialect), 'POST', dialect.writePath(target));
  const aheadMs = (Date.parse(String(headers['date'])) || Date.now()) - Date.now();
  if (dialect.takesWrites(status, text)) return { refusal: undefined, aheadMs };
  const said = serverMessage(target, text);
  // A retention policy that 1.x does not have is an error of the server's own.
  const bucketIsMissing = status === 404 ? !/organization/.test(said) : /retention policy not found/.test(said);
  const sentence = writeFailureSentence(target, bucketIsMissing ? 404 : status, said);
  return { refusal: { status, sentence, bucketIsMissing, wantsToken: status === 401 }, aheadMs };
}
