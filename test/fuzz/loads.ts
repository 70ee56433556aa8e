// Ways to load a fuzzed file into a directory, and what they leave there.

import { ok, strictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Books, type LoadFileOptions, load, SkeinError } from '../../src/index.ts';
import { MAIN } from '../support/skein.ts';
import type { FuzzedFile } from './fuzzed-file.ts';

/** What a load left. */
interface Left {
  readonly books: Books;
  readonly lines: string;
  readonly rejects: Buffer;
  readonly reasons: string;
}

const NOTHING = Buffer.alloc(0);
const REFUSED = 3;

/** Load by the library. @returns the sentence with which the file was refused, if it was */
export async function loadIn(
  path: string,
  out: string,
  options: Partial<LoadFileOptions>,
  { duplicates, sinceMs }: FuzzedFile,
): Promise<Left | string> {
  const selection = { individuals: [], dropOutliers: false, dropNoLocation: false, ...(sinceMs === undefined ? {} : { sinceMs }) };
  try {
    const { books } = await load(path, { to: { directory: out }, ...options, duplicates, selection });
    return { books, ...leftIn(out) };
  } catch (error) {
    if (!(error instanceof SkeinError) || error.code !== 'source') throw error;
    ok(!existsSync(out), 'a refused file leaves nothing');
    return error.message;
  }
}

/** Load by the command, with threads, cut up. */
export function loadByCommand(path: string, out: string, file: FuzzedFile): Left | string {
  const { chunkBytes, batchLines, workers, sinceMs } = file;
  const args = ['load', path, '--to', out, '--json', '--quiet', '--chunk-bytes', String(chunkBytes)];
  args.push('--batch-lines', String(batchLines), '--workers', String(workers), '--duplicates', file.duplicates);
  if (sinceMs !== undefined) args.push('--since', new Date(sinceMs).toISOString());
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--', MAIN, ...args], { encoding: 'utf8' });
  if (status === REFUSED) return stderr.replace(/^skein: /, '').trimEnd();
  strictEqual(status, 0, stderr);
  const { rows, points, duplicates, rejected, filtered, overwritten } = JSON.parse(stdout) as Books;
  return { books: { rows, points, duplicates, rejected, filtered, overwritten }, ...leftIn(out) };
}

function leftIn(out: string): Omit<Left, 'books'> {
  const parts = readdirSync(out).filter((name) => name.endsWith('.lp.gz'));
  const read = (name: string): Buffer => (existsSync(join(out, name)) ? readFileSync(join(out, name)) : NOTHING);
  return {
    lines: parts
      .sort()
      .map((name) => gunzipSync(read(name)).toString('utf8'))
      .join(''),
    rejects: read('rejects.csv'),
    reasons: read('rejects.reasons.csv').toString('utf8'),
  };
}
