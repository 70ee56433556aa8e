// Open what the user named, and make sure that it can be a CSV.
//
// A local CSV is read where it lies. Anything else is read once, from front to
// back, into a spool: a URL and a pipe as they come, then what is packed as it
// is unpacked. Invariant: nothing above this folder knows the difference.

import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { clipNames } from '../clip.ts';
import { SkeinError } from '../errors.ts';
import { RangeReader, readFailure, type SourceIdentity } from './range-reader.ts';
import { NoCsv, type Packing, packingOf, SNIFF_BYTES, whyNoCsv } from './sniff.ts';
import { checkUrl, isUrl, STANDARD_INPUT, sourceName, stemOf } from './source-name.ts';
import { SpoolFile } from './spool-file.ts';
import { checkStandardInput, readStandardInput } from './standard-input.ts';

/** A source that looks like text in UTF-8. */
export interface OpenSource {
  readonly identity: SourceIdentity;
  /** Its first bytes, at most SNIFF_BYTES. */
  readonly head: Uint8Array;
  /** The user named the folder or the archive that it lies in: it need not be an export. */
  readonly isFound?: boolean;
  /** Let go of what was spooled. No thread may read it any more. */
  close(): void;
}

/** What is done to a source that cannot be read where it lies. */
export type SpoolStep = 'download' | 'read' | 'unpack';

/** @param totalBytes undefined where it is not known */
export type OnSpoolProgress = (step: SpoolStep, bytes: number, totalBytes: number | undefined) => void;

export interface OpenSourceOptions {
  /** For the server of a URL: `user:password`, or a token. Never printed. */
  readonly sourceToken?: string | undefined;
  /** Abort it to stop in order. */
  readonly signal?: AbortSignal | undefined;
  /** While a source that cannot be read where it lies is downloaded or unpacked. */
  readonly onSpoolProgress?: OnSpoolProgress | undefined;
}

/**
 * Find out what can be known at once of `source`: a path, a URL, or `-`.
 *
 * @throws SkeinError `source` when there is none, it is a folder, or its first bytes are no CSV; `usage` for a URL that cannot be used
 */
export async function lookAtSource(source: string): Promise<void> {
  if (source === STANDARD_INPUT) checkStandardInput();
  else if (isUrl(source)) checkUrl(source);
  else await openFile(source);
}

/**
 * Open all CSVs of `source`: a path, a URL, or `-`, one unless it is an archive of several. The caller closes them.
 *
 * @throws SkeinError as `lookAtSource`, and `source` when it cannot be read or unpacked whole, `destination` when there is no room for that
 */
export async function openAll(source: string, options: OpenSourceOptions = {}): Promise<OpenSource[]> {
  const reached = await reach(source, options);
  const packing = packingOf(reached.head);
  if (packing === undefined) return [reached];
  try {
    return await unpack(source, reached.identity, packing, options);
  } finally {
    reached.close();
  }
}

/**
 * Open `source`, which must be or hold exactly one CSV. The caller closes it.
 *
 * @throws SkeinError as `openAll`
 */
export async function openSource(source: string, options: OpenSourceOptions = {}): Promise<OpenSource> {
  const opened = await openAll(source, options);
  const [only] = opened;
  if (only !== undefined && opened.length === 1) return only;
  for (const { close } of opened) close();
  const names = clipNames(opened.map(({ identity }) => basename(identity.path)));
  throw new SkeinError('source', `${pathOf(source)} holds ${opened.length} CSV files: ${names}. Unpack it and name the one that you mean.`);
}

/** Bytes that can be read by range, packed or not. */
async function reach(source: string, { sourceToken, signal, onSpoolProgress }: OpenSourceOptions): Promise<OpenSource> {
  if (source !== STANDARD_INPUT && !isUrl(source)) return openFile(source);
  return spooled(placeOf(source), 0, signal, checkPackedOrCsv, async (spool) => {
    if (source === STANDARD_INPUT) await readStandardInput(spool, signal, (bytes) => onSpoolProgress?.('read', bytes, undefined));
    else {
      const { download } = await import('./download.ts');
      await download(source, spool, {
        token: sourceToken,
        signal,
        onProgress: (done, total) => onSpoolProgress?.('download', done, total),
      });
    }
  });
}

async function unpack(source: string, identity: SourceIdentity, packing: Packing, options: OpenSourceOptions): Promise<OpenSource[]> {
  const onProgress = (bytes: number): void => options.onSpoolProgress?.('unpack', bytes, identity.size);
  const packed = await RangeReader.open(identity);
  const opened: OpenSource[] = [];
  const open = async (place: SpoolPlace, fill: (spool: SpoolFile) => Promise<void>): Promise<void> => {
    opened.push(await spooled(place, identity.mtimeMs, options.signal, checkCsv, fill));
  };
  try {
    if (packing === 'gzip') {
      const { unpackGzip } = await import('./gzip.ts');
      await open(placeOf(source), (spool) => unpackGzip(packed, spool, onProgress));
    } else {
      const csvs = await (await import('./zip.ts')).csvsIn(packed);
      for (const { name, unpack } of csvs) {
        const place = csvs.length === 1 ? placeOf(source) : { name: `${pathOf(source)}/${name}`, file: basename(name) };
        await open(place, (spool) => unpack(spool, onProgress));
      }
    }
    await packed.checkUnchanged();
    return opened.length === 1 ? opened : opened.map((one) => ({ ...one, isFound: true }));
  } catch (error) {
    for (const { close } of opened) close();
    throw error;
  } finally {
    await packed.close();
  }
}

type Check = (name: string, head: Uint8Array, whole: boolean, file: string) => void;

/** What a spool holds. */
interface SpoolPlace {
  /** In words; what stands for its path. */
  readonly name: string;
  /** What a file of it would be called. */
  readonly file: string;
}

function placeOf(source: string): SpoolPlace {
  return { name: pathOf(source), file: `${stemOf(source)}.csv` };
}

/** A spool that `fill` has filled. @param mtimeMs of the file that the source is, or 0 */
async function spooled(
  { name, file }: SpoolPlace,
  mtimeMs: number,
  signal: AbortSignal | undefined,
  check: Check,
  fill: (spool: SpoolFile) => Promise<void>,
): Promise<OpenSource> {
  const spool = new SpoolFile({ name, signal, check: (head, whole) => check(name, head, whole, file) });
  try {
    await fill(spool);
    return spool.finish(mtimeMs);
  } catch (error) {
    spool.close();
    throw error;
  }
}

async function openFile(path: string): Promise<OpenSource> {
  const identity = await identify(path);
  const reader = await RangeReader.open(identity);
  try {
    const head = new Uint8Array(Math.min(SNIFF_BYTES, identity.size));
    await reader.read(head, 0);
    checkPackedOrCsv(path, head, head.length === identity.size, path);
    return { identity, head, close: () => {} };
  } finally {
    await reader.close();
  }
}

function checkPackedOrCsv(...args: Parameters<Check>): void {
  if (packingOf(args[1]) === undefined) checkCsv(...args);
}

function checkCsv(name: string, head: Uint8Array, whole: boolean, file: string): void {
  const why = packingOf(head) === undefined ? whyNoCsv(file, head, whole) : 'is packed twice. Unpack it once yourself, then load that.';
  if (why !== undefined) throw new NoCsv(`${name} ${why}`);
}

async function identify(path: string): Promise<SourceIdentity> {
  const found = await stat(path).catch((cause) => {
    throw readFailure(path, cause);
  });
  if (found.isDirectory()) throw new SkeinError('source', `${path} is a folder. Name the CSV file inside it.`);
  if (!found.isFile())
    throw new SkeinError('source', `${path} is no regular file. To read a pipe, name - and pipe it into standard input.`);
  return { path: pathOf(path), size: found.size, mtimeMs: found.mtimeMs };
}

function pathOf(source: string): string {
  return source === STANDARD_INPUT || isUrl(source) ? sourceName(source) : resolve(source);
}
