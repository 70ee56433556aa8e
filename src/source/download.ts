// Download a file, over as many connections as it takes.
//
// Input: a URL. Output: the file as it is on the server, in a spool. Invariant:
// all of it is of one version: a download goes on where it broke only when the
// server says by the file's validator that it is still the same one, else it
// begins again.

import { setTimeout as sleep } from 'node:timers/promises';
import { SkeinError } from '../errors.ts';
import { type Answer, get } from './http-get.ts';
import { sourceName } from './source-name.ts';
import { type SpoolFile, stopped } from './spool-file.ts';

/** Attempts in a row, at most, of which none gets further than those before. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 1000;
/** A server may ask for more. */
const LONGEST_WAIT_MS = 60_000;
const PASSING_STATUS: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

export interface DownloadOptions {
  /** `user:password`, or one to bear. */
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** @param totalBytes undefined where the server does not say */
  readonly onProgress: (bytes: number, totalBytes: number | undefined) => void;
  /** Longest wait before the second attempt; twice as long before each further one. Default a second. */
  readonly firstWaitMs?: number;
}

/** One version of the file on the server. */
interface Version {
  /** RFC 9110, 8.8; undefined where the server gives none that tells every change. */
  readonly validator: string | undefined;
  readonly totalBytes: number | undefined;
}

/** An attempt that is worth another. */
class Broken extends Error {
  /** What the server asks for. */
  readonly waitMs: number;

  constructor(why: string, waitMs = 0) {
    super(why);
    this.waitMs = waitMs;
  }
}

/**
 * Download what is at `url` into `spool`, which is empty.
 *
 * @throws SkeinError `source` when the server does not give it, `usage` for a URL that cannot be used, and as the spool does
 */
export async function download(url: string, spool: SpoolFile, options: DownloadOptions): Promise<void> {
  const progress: { version: Version | undefined } = { version: undefined };
  let furthest = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptRest(url, spool, progress, options);
    } catch (error) {
      if (options.signal?.aborted) throw stopped();
      if (!isPassing(error)) throw error;
      // A wrong name or a server that is not there does not mend itself.
      if (progress.version === undefined && !(error instanceof Broken)) throw unreachable(url, error);
      if (spool.size > furthest) {
        furthest = spool.size;
        attempt = 1;
      }
      if (attempt === ATTEMPTS) throw gaveUp(url, furthest, error);
      await waitBefore(attempt, error, options);
    }
  }
}

/** Get what is still missing, or all of it where it is not the version that is begun. */
async function attemptRest(
  url: string,
  spool: SpoolFile,
  progress: { version: Version | undefined },
  options: DownloadOptions,
): Promise<void> {
  const { token, signal, onProgress } = options;
  const { version } = progress;
  const rest = version?.validator !== undefined && spool.size > 0 ? { range: `bytes=${spool.size}-`, 'if-range': version.validator } : {};
  const answer = await get(url, rest, token, signal);
  if (!(version !== undefined && goesOn(answer, spool.size, version))) {
    spool.clear();
    progress.version = undefined;
    await checkAnswer(url, answer);
    progress.version = versionOf(answer);
    await spool.expect(progress.version.totalBytes ?? 0);
  }
  const totalBytes = progress.version?.totalBytes;
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    await spool.write(piece);
    onProgress(spool.size, totalBytes);
  }
  if (totalBytes !== undefined && spool.size !== totalBytes) throw new Broken(`it ended after ${spool.size} of ${totalBytes} bytes`);
}

/** Whether an answer is the rest, from `from` on, of `version`. */
function goesOn({ status, headers }: Answer, from: number, { validator, totalBytes }: Version): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  if (status !== 206 || range === null || Number(range[1]) !== from) return false;
  const isOther = validator?.startsWith('"') && headers['etag'] !== undefined && headers['etag'] !== validator;
  return !isOther && (range[2] === '*' || totalBytes === undefined || Number(range[2]) === totalBytes);
}

/** @throws Broken, or a SkeinError `source`, when it is not the whole file */
async function checkAnswer(url: string, { status, headers, body }: Answer): Promise<void> {
  if (status === 200) return;
  body.on('error', () => {}).destroy();
  const name = sourceName(url);
  // The rest of something else was offered, or there is no such rest: the whole is asked for next.
  if (status === 206 || status === 416) throw new Broken(`it answers ${status}`);
  if (PASSING_STATUS.includes(status)) throw new Broken(`it answers ${status}`, retryAfterMs(headers['retry-after']));
  if (status === 401 || status === 403) {
    throw new SkeinError(
      'source',
      `${name} may not be read (the server answers ${status}). If it wants you to log in, put user:password or a token into SKEIN_SOURCE_TOKEN.`,
    );
  }
  if (status === 404 || status === 410)
    throw new SkeinError('source', `There is nothing at ${name} (the server answers ${status}). Check the URL.`);
  throw new SkeinError('source', `${name} answers ${status} instead of a file. Download it with a browser, then load that file.`);
}

function versionOf({ headers }: Answer): Version {
  const { etag, date, 'last-modified': lastModified, 'content-length': length } = headers;
  // RFC 9110, 8.8.2.2: within one second a file may change twice.
  const isOld = lastModified !== undefined && Date.parse(date ?? '') - Date.parse(lastModified) >= 1000;
  return {
    validator: etag?.startsWith('"') ? etag : isOld ? lastModified : undefined,
    totalBytes: length === undefined ? undefined : Number(length),
  };
}

function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_WAIT_MS);
}

function isPassing(error: unknown): error is Error {
  return error instanceof Broken || (!(error instanceof SkeinError) && (error as NodeJS.ErrnoException).code !== undefined);
}

async function waitBefore(attempt: number, error: Error, { firstWaitMs = FIRST_WAIT_MS, signal }: DownloadOptions): Promise<void> {
  const asked = error instanceof Broken ? error.waitMs : 0;
  await sleep(asked + Math.random() * firstWaitMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => {
    throw stopped();
  });
}

function unreachable(url: string, cause: Error): SkeinError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const todo = /CERT|SIGNATURE|ISSUER/.test(code)
    ? 'If it is the right server, name the file of the authority that signed its certificate in NODE_EXTRA_CA_CERTS'
    : 'Check the URL and the network';
  return new SkeinError('source', `${sourceName(url)} cannot be reached: ${cause.message}. ${todo}.`, { cause });
}

function gaveUp(url: string, bytes: number, cause: Error): SkeinError {
  return new SkeinError(
    'source',
    `${sourceName(url)} could not be downloaded: ${ATTEMPTS} attempts in a row came no further than byte ${bytes}, and the last one ended so: ${cause.message}. Try again later, or download it with a browser and load that file.`,
    { cause },
  );
}
