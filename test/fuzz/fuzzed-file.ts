// Files that no export is like, and that some are.
//
// Job: think up a file and how to cut it, from a seed.
// Input: a seed. Output: bytes, the flags to load them with, and what a second
// reader can say about them.
// Invariant: a seed gives the same file on every machine.

import { between, type Random, randomFrom } from '../../fixtures/random.ts';
import type { Policy } from '../oracle/expect-collisions.ts';
import { breakQuotes, pick, writtenCell } from './cells.ts';
import { type FuzzedColumn, fuzzedColumns, fuzzedTexts } from './columns.ts';
import { mutateBytes, mutateText } from './mutate.ts';

/**
 * What can be said of a file.
 *
 * `well-formed`: every row is, though it may have too many or too few cells.
 * `torn`: quotes are broken; no white space but line feeds, alone or after a CR,
 * so that RFC 4180 and fast-csv mean the same rows. `any bytes`: nothing.
 */
export type Kind = 'well-formed' | 'torn' | 'any bytes';

export interface FuzzedFile {
  readonly seed: number;
  readonly kind: Kind;
  readonly bytes: Buffer;
  readonly columns: number;
  readonly delimiter: string;
  /** How to cut it the second time: rows and cells end about where these chunks do. */
  readonly chunkBytes: number;
  readonly batchLines: number;
  readonly workers: number;
  readonly duplicates: Policy;
  /** Rows before this time are not wanted, ms. */
  readonly sinceMs: number | undefined;
}

const SNIFFED_BYTES = 1 << 20;
const MIB = 1 << 20;

/** How a file is put together. */
interface Form {
  readonly kind: Kind;
  readonly columns: readonly FuzzedColumn[];
  readonly delimiter: string;
  readonly lineEnds: readonly string[];
  readonly chunkBytes: number;
}

/** Think up the file of `seed`. */
export function fuzzedFile(seed: number): FuzzedFile {
  const random = randomFrom(seed);
  const kind = pick<Kind>(['well-formed', 'well-formed', 'torn', 'any bytes'], random);
  const rows = random() < 0.02 ? between(random, 1000, 3000) : 1 + Math.floor(random() ** 2 * 200);
  const delimiter = random() < 0.8 ? ',' : pick([';', '\t'], random);
  const form: Form = {
    kind,
    // A comma in a header would be the delimiter.
    columns: fuzzedColumns(random).map((column) => (delimiter === ',' ? column : { ...column, name: column.name.replaceAll(',', '') })),
    delimiter,
    lineEnds: pick([['\n'], ['\r\n'], ['\n', '\r\n']], random),
    chunkBytes: random() < 0.1 ? between(random, 1, 40) * rows : between(random, 60, 400) * (1 + Math.floor(rows / 20)),
  };
  const header = form.columns.map(({ name }) => writtenCell(kind === 'torn' ? withoutSpaces(name) : name, form.delimiter, random));
  const headerLine = header.join(form.delimiter) + pick(form.lineEnds, random);
  const body = fuzzedRows(form, rows, random);
  // Past what is looked at for its encoding, bytes may be anything.
  const isLate = kind === 'any bytes' && random() < 0.06;
  const filler = isLate ? fillerRows(form) : '';
  const text = `${random() < 0.1 ? '\ufeff' : ''}${headerLine}${filler}${kind === 'any bytes' ? mutateText(body, random) : body}`;
  let bytes = Buffer.from(text);
  if (isLate) bytes = mutateBytes(bytes, SNIFFED_BYTES, random);
  else if (kind === 'any bytes' && random() < 0.05) bytes = mutateBytes(bytes, 0, random);
  return {
    seed,
    kind,
    bytes,
    columns: form.columns.length,
    delimiter: form.delimiter,
    chunkBytes: form.chunkBytes * (isLate ? 50 : 1),
    batchLines: between(random, 1, 60) * (isLate ? 20 : 1),
    workers: between(random, 1, 4),
    duplicates: pick<Policy>(['keep', 'keep', 'first', 'last'], random),
    sinceMs: random() < 0.1 ? Date.UTC(2014, 4, between(random, 1, 25)) : undefined,
  };
}

/** Rows of all kinds, as text from the end of the header on. */
function fuzzedRows(form: Form, count: number, random: Random): string {
  const { kind, columns, delimiter, lineEnds } = form;
  const hasLongCell = kind === 'any bytes' && random() < 0.02;
  const quotesTimes = random() < 0.15;
  const time = columns.findIndex(({ role }) => role === 'time');
  let bytes = 0;
  let texts: string[] | undefined;
  const rows: string[] = [];
  for (let row = 0; row < count; row++) {
    texts = fuzzedTexts(columns, texts, random);
    const cells = texts.map((text) => writtenCell(kind === 'torn' ? withoutSpaces(text) : text, delimiter, random));
    // A file leaves its times bare or quotes them: whether quotes mean text is read off that.
    if (time >= 0) cells[time] = quotesTimes ? `"${withoutQuotes(cells[time]!)}"` : withoutQuotes(cells[time]!);
    if (random() < 0.02) cells.splice(between(random, 0, cells.length), 1);
    if (random() < 0.02) cells.push(pick(['', 'x', '"y"'], random));
    if (kind === 'torn' && random() < 0.08) {
      const at = between(random, 0, cells.length);
      if (at !== time) cells[at] = breakQuotes(cells[at]!, random);
    }
    const isLast = row === count - 1;
    if (kind === 'torn' && isLast && random() < 0.3) cells[cells.length - 1] = '"never closed';
    if (random() < 0.1) padToEdge(cells, columns, bytes, form.chunkBytes, random);
    if (hasLongCell && random() < 0.1) cells[between(random, 0, cells.length)] = longCell(random);
    let line = cells.join(delimiter) + (isLast && random() < 0.3 ? '' : pick(lineEnds, random));
    if (random() < 0.02) line += pick(lineEnds, random);
    rows.push(line);
    bytes += Buffer.byteLength(line);
  }
  return rows.join('');
}

/** Lengthen a cell of text so that the row ends within a few bytes of a chunk's end. */
function padToEdge(cells: string[], columns: readonly FuzzedColumn[], offset: number, chunkBytes: number, random: Random): void {
  const at = columns.findIndex(({ role }) => role === 'string' || role === 'unknown');
  const cell = cells[at];
  if (cell === undefined) return;
  const end = offset + Buffer.byteLength(cells.join()) + between(random, -3, 4);
  const pad = 'p'.repeat((chunkBytes - (end % chunkBytes)) % chunkBytes);
  cells[at] = cell.startsWith('"') ? `"${pad}${cell.slice(1)}` : pad + cell;
}

/** About as long as a tag, a row or a kept reject may be. */
function longCell(random: Random): string {
  const length = pick([64 << 10, 65_535, MIB], random) + between(random, -300, 10);
  return `"${pick(['x', '""', 'ø', ' '], random).repeat(length).slice(0, length)}${random() < 0.9 ? '"' : ''}`;
}

/** Good rows that fill the first MiB. */
function fillerRows({ columns, delimiter }: Form): string {
  let rows = '';
  for (let i = 0; rows.length <= SNIFFED_BYTES; i++) {
    const time = new Date(Date.UTC(2013, 0, 1) + i * 1000).toISOString().replace('T', ' ').slice(0, -1);
    rows += `${columns.map(({ role }) => (role === 'time' ? time : role === 'string' ? 'f'.repeat(300) : '1')).join(delimiter)}\n`;
  }
  return rows;
}

function withoutQuotes(cell: string): string {
  return cell.replace(/^"(.*)"$/, '$1');
}

function withoutSpaces(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T').replace(/\r(?!\n)|[^\S\r\n]/g, '_');
}
