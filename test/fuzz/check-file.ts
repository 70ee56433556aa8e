// Load one fuzzed file in several ways, and hold what they leave against the file.

import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Books } from '../../src/index.ts';
import { writtenPoints } from '../oracle/expect-collisions.ts';
import { expectPoints, type Reject } from '../oracle/expect-points.ts';
import { type Point, readLineProtocol } from '../oracle/read-line-protocol.ts';
import { TERMS } from '../oracle/terms.ts';
import { answersOfLines, answersOfShards } from '../support/shards.ts';
import { checkForms } from './check-forms.ts';
import type { FuzzedFile } from './fuzzed-file.ts';
import { loadByCommand, loadIn } from './loads.ts';

export interface CheckedFile {
  /** 0 for a file that was refused. */
  readonly rows: number;
  /** How many rows were rejected for each reason. */
  readonly rejects: Readonly<Record<string, number>>;
}

/** Of `rejects.reasons.csv`. */
export interface ToldReject {
  readonly row: number;
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
}

const KEPT_OF_LONG_LINE = 64 << 10;
const MAX_ROW_BYTES = 1 << 20;
/** A longer one may be rejected for its line, of which the oracle knows nothing. */
const LONGEST_LINE_TOLD = 300_000;

/**
 * Load `file` whole and cut up, and by the real command too if `withCommand`.
 *
 * @param directory is emptied
 * @throws an Error that says what is wrong
 */
export async function checkFile(file: FuzzedFile, directory: string, withCommand: boolean): Promise<CheckedFile> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'export.csv');
  writeFileSync(path, file.bytes);

  const whole = await loadIn(path, join(directory, 'whole'), { workers: 1 }, file);
  const cut = await loadIn(
    path,
    join(directory, 'cut'),
    { workers: file.workers, chunkBytes: file.chunkBytes, batchLines: file.batchLines },
    file,
  );
  deepStrictEqual(cut, whole, 'the load of the file cut up is that of the whole');
  if (withCommand) deepStrictEqual(loadByCommand(path, join(directory, 'command'), file), whole, 'the command does what the library does');
  if (typeof whole === 'string') {
    checkRefusal(whole, file);
    return { rows: 0, rejects: {} };
  }

  const cuts = { workers: file.workers, chunkBytes: file.chunkBytes };
  const shards = join(directory, 'shards');
  const inShards = await loadIn(path, shards, { ...cuts, to: { directory: shards, format: 'shards' } }, file);
  ok(typeof inShards !== 'string', 'what is loaded as lines is loaded into shard files');
  deepStrictEqual({ ...inShards, lines: whole.lines }, whole, 'shard files have the books and rejects of lines');
  deepStrictEqual(answersOfShards(shards), answersOfLines(whole.lines), 'shard files hold what a server makes of the lines');

  const { books } = whole;
  strictEqual(books.points + books.duplicates + books.rejected + books.filtered, books.rows, 'the books balance');
  const points = readLineProtocol(whole.lines);
  strictEqual(points.length, books.points, 'lines as in the books');
  const told = readReasons(whole.reasons);
  strictEqual(told.length, books.rejected, 'rejects as in the books');
  checkRejects(told, whole.rejects, file.bytes);
  if (file.kind !== 'any bytes') await checkForms(file, told, books.rows);
  await checkContent(file, points, told, books);
  const rejects: Record<string, number> = {};
  for (const { reason } of told) rejects[reason] = (rejects[reason] ?? 0) + 1;
  return { rows: books.rows, rejects };
}

/** A file with a timestamp and a row is refused only when its bytes are damaged. */
function checkRefusal(sentence: string, { kind }: FuzzedFile): void {
  const isFair = /has no column timestamp|holds a header and no rows|is Movebank reference data/.test(sentence);
  ok(isFair || kind === 'any bytes', `refused: ${sentence}`);
}

function readReasons(text: string): ToldReject[] {
  return text
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(','))
    .map(([row, offset, length, reason = '']) => ({ row: Number(row), offset: Number(offset), length: Number(length), reason }));
}

/** The file of rejects is a header and the rejected bytes, nothing else. */
function checkRejects(told: readonly ToldReject[], rejects: Buffer, file: Buffer): void {
  if (told.length === 0) {
    strictEqual(rejects.length, 0, 'no rejects, no file of them');
    return;
  }
  const rows = told.map(({ offset, length }) => {
    const row = file.subarray(offset, offset + (length > MAX_ROW_BYTES ? KEPT_OF_LONG_LINE : length));
    return row.at(-1) === 0x0a ? row : Buffer.concat([row, Buffer.from('\n')]);
  });
  const rejected = Buffer.concat(rows);
  const header = rejects.subarray(0, rejects.length - rejected.length);
  ok(rejects.subarray(header.length).equals(rejected), 'rejects.csv ends with the rejected bytes, one row after the other');
  ok(header.length > 0 && file.indexOf(header) <= 3, 'rejects.csv begins with the header of the file');
  for (let i = 1; i < told.length; i++) ok(told[i]!.offset >= told[i - 1]!.offset + told[i - 1]!.length, 'rejects do not overlap');
}

/** Every point, in its order, and every reject is as the rules say, by a second reading of the file. */
async function checkContent(file: FuzzedFile, points: readonly Point[], told: readonly ToldReject[], books: Books): Promise<void> {
  const { bytes, duplicates, sinceMs = Number.NEGATIVE_INFINITY } = file;
  if (told.some(({ length }) => length > LONGEST_LINE_TOLD)) return;
  const expected = await expectPoints(bytes, TERMS);
  strictEqual(books.rows, expected.rows, 'rows');
  deepStrictEqual(told.map(placeAndReason), expected.rejects.map(placeAndReason), 'rejects');
  const wanted = expected.points.filter(({ time }) => Number(time) >= sinceMs);
  strictEqual(books.filtered, expected.points.length - wanted.length, 'filtered rows');
  const written = writtenPoints(wanted, duplicates);
  for (const [i, point] of written.entries()) deepStrictEqual(content(points[i]), content(point), `point ${i + 1}`);
  strictEqual(points.length, written.length, 'points');
}

const placeAndReason = ({ row, offset, reason }: ToldReject | Reject): string => `${row} ${offset} ${reason}`;

/** A point, its fields in an order of their own. An event id may be another row's, and then it is not as it was written. */
function content(point: Point | undefined): unknown {
  if (point === undefined) return undefined;
  const fields = [...point.fields].map(([key, { type, value }]) => [key, type, key === 'event_id' ? BigInt(value) : value] as const);
  return { ...point, tags: [...point.tags], fields: fields.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
