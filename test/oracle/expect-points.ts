// What a Movebank CSV should become, by ../../../shared/RULES.md and the shared movebank/README.md, written a
// second time and plainly, so that what `skein load` wrote can be compared with it.
//
// Input: a file's bytes and the terms of the dictionary. Output: the points, the rejects and the count of rows.
// Its one invariant: nothing here comes from src. fast-csv reads the cells; a small reader of bytes says where
// rows begin, which are malformed, which cells were quoted, and reads what fast-csv cannot judge (RULES 1 to 4).
// Numbers in comments are rules of RULES.md.

import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from 'fast-csv';
import type { Field, Point } from './read-line-protocol.ts';

export type Role = 'time' | 'tag' | 'float' | 'integer' | 'boolean' | 'string' | 'drop';

/** A line of `dictionary.tsv`. */
export interface Term {
  term: string;
  underscoreForm: string;
  role: Role;
}

/** The names are those of `rejects.reasons.csv`: the rules say when, not what it is called. */
export type Reason =
  | 'row-too-long'
  | 'unclosed-quote'
  | 'text-after-quote'
  | 'cell-count'
  | 'no-timestamp'
  | 'bad-timestamp'
  | 'timestamp-out-of-range'
  | 'no-field'
  | 'key-too-long';

export interface Reject {
  /** Of the data rows, from 1: the header and blank lines are none. */
  row: number;
  /** In bytes from the start of the file. */
  offset: number;
  reason: Reason;
  /** With its line end, if it has one; of a line over 1 MiB the first 64 KiB. */
  raw: Buffer;
}

export interface Expected {
  rows: number;
  points: Point[];
  rejects: Reject[];
}

interface Cell {
  text: string;
  quoted: boolean;
}

interface Row {
  start: number;
  /** Past its line end. */
  end: number;
  cells: Cell[];
  malformed?: Reason;
}

interface Column {
  role: Role;
  key: string;
}

const MAX_ROW_BYTES = 1 << 20;
const KEPT_OF_LONG_LINE = 1 << 16;
const MAX_KEY_BYTES = 65_535;
const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22];

/** Read the roles of `dictionary.tsv`; its datatype decides nothing (10). */
export function readDictionary(path: string): Term[] {
  const terms: Term[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    const columns = line.split('\t');
    const [term, underscoreForm, role] = [columns[0], columns[1], columns[6]?.trim().replace(/ field$/, '')];
    if (!term || !underscoreForm || underscoreForm === '(none)') continue;
    terms.push({ term, underscoreForm, role: role as Role });
  }
  return terms;
}

/** Say what a load of these bytes with default flags writes and rejects. Throws where the two readers of cells disagree. */
export async function expectPoints(file: Buffer, terms: readonly Term[]): Promise<Expected> {
  const [header, ...rows] = await readRows(file);
  const names = header!.cells.map((cell) => cell.text);
  const timeColumn = names.findIndex((name) => findTerm(name, terms)?.role === 'time');
  // A row without a time is a reject whatever the columns become, and says nothing about them.
  const whole = rows.filter(({ malformed, cells }) => {
    return malformed === undefined && cells.length === names.length && typeof toMilliseconds(cells[timeColumn]!.text) === 'number';
  });
  const columns = resolveColumns(names, whole, timeColumn, terms);

  const expected: Expected = { rows: rows.length, points: [], rejects: [] };
  for (const [index, row] of rows.entries()) {
    const outcome = row.malformed ?? readPoint(row.cells, columns, timeColumn);
    if (typeof outcome !== 'string') expected.points.push(outcome);
    else {
      const keptEnd = row.end - row.start > MAX_ROW_BYTES ? row.start + KEPT_OF_LONG_LINE : row.end;
      expected.rejects.push({ row: index + 1, offset: row.start, reason: outcome, raw: file.subarray(row.start, keptEnd) });
    }
  }
  return expected;
}

// ---- rows and cells (1 to 4)

async function readRows(file: Buffer): Promise<Row[]> {
  let at = file.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  const delimiter = delimiterOf(file.toString('utf8', at, at + MAX_ROW_BYTES));
  const rows: Row[] = [];
  while (at < file.length) {
    if (file[at] === LF) at += 1;
    else if (file[at] === CR && file[at + 1] === LF) at += 2;
    else {
      const row = readRow(file, at, delimiter.charCodeAt(0));
      rows.push(row);
      at = row.end;
    }
  }
  const judgeable = rows.filter((row) => row.malformed === undefined && canJudge(row.cells));
  const judged = await readWithFastCsv(
    judgeable.map((row) => file.toString('utf8', row.start, row.end)),
    delimiter,
  );
  if (judged.length !== judgeable.length) throw new Error(`fast-csv reads ${judged.length} rows, the plain reader ${judgeable.length}`);
  for (const [index, row] of judgeable.entries()) takeJudgement(row, judged[index]!);
  return rows;
}

// The comma, unless the header has none outside quotes and has another (3).
function delimiterOf(head: string): string {
  const header = /^(?:"(?:[^"]|"")*"|[^\n"])*/.exec(head)![0].replace(/"(?:[^"]|"")*"/g, '');
  if (header.includes(',')) return ',';
  return [';', '\t'].find((candidate) => header.includes(candidate)) ?? ',';
}

function readRow(file: Buffer, start: number, delimiter: number): Row {
  const cells: Cell[] = [];
  const malformed = (reason: Reason): Row => {
    const lineEnd = file.indexOf(LF, start);
    return { start, end: lineEnd < 0 ? file.length : lineEnd + 1, cells: [], malformed: reason };
  };
  const lineEndAt = (at: number): number => (file[at] === LF ? 1 : file[at] === CR && file[at + 1] === LF ? 2 : 0);
  let at = start;
  for (;;) {
    const cellStart = at;
    if (file[at] === QUOTE) {
      let close = file.indexOf(QUOTE, at + 1);
      while (close >= 0 && file[close + 1] === QUOTE) close = file.indexOf(QUOTE, close + 2);
      if (close < 0 && file.length - start <= MAX_ROW_BYTES) return malformed('unclosed-quote');
      if (close < 0 || close + 1 - start > MAX_ROW_BYTES) return malformed('row-too-long');
      at = close + 1;
      if (at < file.length && file[at] !== delimiter && lineEndAt(at) === 0) return malformed('text-after-quote');
      cells.push({ text: file.toString('utf8', cellStart + 1, close).replaceAll('""', '"'), quoted: true });
    } else {
      while (at < file.length && file[at] !== delimiter && lineEndAt(at) === 0) at++;
      cells.push({ text: file.toString('utf8', cellStart, at), quoted: false });
    }
    if (at - start > MAX_ROW_BYTES) return malformed('row-too-long');
    if (at >= file.length || file[at] !== delimiter) return { start, end: at + lineEndAt(at), cells };
    at++;
  }
}

async function readWithFastCsv(lines: string[], delimiter: string): Promise<string[][]> {
  const pieces: string[] = [];
  for (let first = 0; first < lines.length; first += 500) pieces.push(lines.slice(first, first + 500).join(''));
  const rows: string[][] = [];
  for await (const row of Readable.from(pieces).pipe(parse({ headers: false, ignoreEmpty: false, delimiter }))) rows.push(row);
  return rows;
}

// fast-csv reads spaces outside quotes and a lone CR otherwise (4): there the plain reader's cells stand.
const canJudge = (cells: Cell[]): boolean => !cells.some((cell) => !cell.quoted && /^\s|\s$|\r/.test(cell.text));

function takeJudgement(row: Row, judged: string[]): void {
  const agreed = judged.length === row.cells.length && row.cells.every((cell, column) => cell.text === judged[column]);
  if (!agreed)
    throw new Error(`byte ${row.start}: fast-csv reads ${JSON.stringify(judged)}, the plain reader ${JSON.stringify(row.cells)}`);
  for (const [column, cell] of row.cells.entries()) cell.text = judged[column]!;
}

// ---- columns (10 to 12)

const TAG_KEYS = new Set([
  'study_name',
  'individual_local_identifier',
  'tag_local_identifier',
  'sensor_type',
  'individual_taxon_canonical_name',
  'deployment_id',
]);

// An id is a tag only where its partner is not in the header (11).
const PARTNERS = new Map([
  ['study_id', 'study_name'],
  ['individual_id', 'individual_local_identifier'],
  ['tag_id', 'tag_local_identifier'],
  ['sensor_type_id', 'sensor_type'],
]);

const MAPPED_KEYS = new Map([
  ['location_lat', 'lat'],
  ['location_long', 'lon'],
]);

// Dashed, underscore, dotted as R writes it, and a URL: one spelling.
const canonical = (spelling: string): string => spelling.replace(/[-:./#]/g, '_');

function resolveColumns(names: string[], whole: Row[], timeColumn: number, terms: readonly Term[]): Column[] {
  const found = names.map((name) => findTerm(name, terms));
  const inHeader = new Set(found.map((term) => term?.underscoreForm));
  const native = !whole.some((row) => row.cells[timeColumn]!.quoted);

  const columns = names.map((name, index): Column => {
    const term = found[index];
    if (term !== undefined) return { role: roleOf(term, inHeader), key: keyOf(term, terms) };
    if (name === '') return { role: 'drop', key: '' };
    const cells = whole.map((row) => row.cells[index]!);
    return { role: unknownRole(cells, native), key: name === 'time' ? 'time_field' : name };
  });
  return mergeSameKeys(columns, whole).map(({ role, key }) => ({ role, key: toName(key) }));
}

function findTerm(name: string, terms: readonly Term[]): Term | undefined {
  const spelling = canonical(name);
  return (
    terms.find((term) => term.term === name) ??
    terms.find((term) => canonical(term.term) === spelling) ??
    terms.find((term) => term.underscoreForm === spelling)
  );
}

function roleOf(term: Term, inHeader: Set<string | undefined>): Role {
  if (term.role !== 'tag' || TAG_KEYS.has(term.underscoreForm)) return term.role;
  const partner = PARTNERS.get(term.underscoreForm);
  if (partner === undefined) throw new Error(`the rules name no partner for the tag ${term.term}`);
  return inHeader.has(partner) ? 'integer' : 'tag';
}

// Two terms with one underscore form and two types keep their prefix (10).
function keyOf(term: Term, terms: readonly Term[]): string {
  const clashes = terms.some((other) => other.underscoreForm === term.underscoreForm && other.role !== term.role);
  return MAPPED_KEYS.get(term.underscoreForm) ?? (clashes ? canonical(term.term) : term.underscoreForm);
}

// Float if every cell that is not missing is a number, else text; all missing writes nothing. Quotes are
// evidence of text only where the timestamp has none (12); there a quoted NA is text as well.
function unknownRole(cells: Cell[], native: boolean): Role {
  const kept = cells.filter((cell) => !isMissing(native ? cell : { ...cell, quoted: false }, 'string'));
  return kept.every((cell) => !(native && cell.quoted) && toFloat(cell.text) !== undefined) ? 'float' : 'string';
}

// Two headers that become one: one where the cells are equal over the whole file, else `_2` (12), or the next number
// that no other column has; it is no tag (11).
function mergeSameKeys(columns: Column[], whole: Row[]): Column[] {
  const keys = columns.map(({ key }) => key);
  return columns.map((column, index) => {
    const first = keys.indexOf(column.key);
    if (column.role === 'drop' || first === index) return column;
    if (whole.every((row) => row.cells[first]!.text === row.cells[index]!.text)) return { ...column, role: 'drop' };
    let number = keys.slice(0, index).filter((key) => key === column.key).length + 1;
    while (keys.includes(`${column.key}_${number}`)) number++;
    return { role: column.role === 'tag' ? 'string' : column.role, key: `${column.key}_${number}` };
  });
}

// ---- a row

function readPoint(cells: Cell[], columns: Column[], timeColumn: number): Point | Reason {
  if (cells.length !== columns.length) return 'cell-count';
  const timeCell = cells[timeColumn]!;
  if (isMissing(timeCell, 'time')) return 'no-timestamp';
  const time = toMilliseconds(timeCell.text);
  if (time === undefined) return 'bad-timestamp';
  if (time === 'out of range') return 'timestamp-out-of-range';

  const tags: [string, string][] = [];
  const fields = new Map<string, Field>();
  for (const [index, { role, key }] of columns.entries()) {
    const cell = cells[index]!;
    if (role === 'drop' || role === 'time' || isMissing(cell, role)) continue;
    if (role === 'tag') {
      tags.push([key, toName(cell.text)]);
      continue;
    }
    const value = toValue(cell.text, role);
    if (value === undefined) fields.set(`${key}_text`, { type: 'string', value: toPlainText(cell.text) });
    else fields.set(key, { type: role, value });
  }
  dropImpossibleLocation(fields);
  if (fields.size === 0) return 'no-field';
  if (keyBytes(tags, fields) > MAX_KEY_BYTES) return 'key-too-long';
  tags.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return { measurement: 'movebank', tags: new Map(tags), fields, time: String(time) };
}

// Measurement, tags and the longest field key, escaped (8).
function keyBytes(tags: [string, string][], fields: Map<string, Field>): number {
  const bytes = (text: string): number => Buffer.byteLength(text.replace(/[,= ]/g, '\\$&'));
  const series = tags.reduce((sum, [key, value]) => sum + bytes(key) + bytes(value) + 2, bytes('movebank'));
  return series + Math.max(...[...fields.keys()].map(bytes));
}

const NO_NUMBERS = new Set(['NA', 'NaN', 'Inf', '-Inf', 'Infinity']);

// Decided from the cell alone: empty; these words bare anywhere, or quoted in a numeric column (5).
function isMissing(cell: Cell, role: Role): boolean {
  if (cell.text === '') return true;
  return NO_NUMBERS.has(cell.text) && (!cell.quoted || role === 'float' || role === 'integer');
}

function toValue(text: string, role: Role): string | undefined {
  if (role === 'float') return toFloat(text);
  if (role === 'integer') return toInteger(text);
  if (role === 'boolean') return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined;
  return toPlainText(text);
}

// Line ends and control bytes become a space, one each (8); what is no UTF-8 was read as U+FFFD.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const toPlainText = (text: string): string => text.replace(/[\u0000-\u001f\u007f]/g, ' ');

// Before what follows it a backslash at the end would be read as an escape (8).
const toName = (text: string): string =>
  toPlainText(text)
    .replace(/\\$/, '/')
    .replace(/#!~(?=#|$)/g, '#!-');

// Copied as written, but for `.5`, `5.` and `+5` (6). Movebank's exponents have a capital E.
function toFloat(text: string): string | undefined {
  const match = /^([+-]?)(\d*)(\.?)(\d*)((?:[eE][+-]?\d+)?)$/.exec(text);
  if (match === null || !Number.isFinite(Number(text))) return undefined;
  const [, sign, whole, dot, decimals, exponent] = match;
  if (whole === '' && decimals === '') return undefined;
  return `${sign === '-' ? '-' : ''}${whole || '0'}${dot && `.${decimals || '0'}`}${exponent}`;
}

// 64 bits; a decimal or exponent form of an integer becomes that integer (6).
function toInteger(text: string): string | undefined {
  const number = toFloat(text);
  if (number === undefined) return undefined;
  const [, sign, whole, decimals = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number)!;
  const isPlain = number === `${sign}${whole}`;
  let scale = Number(exponent) - decimals.length;
  let digits = `${whole}${decimals}`;
  while (scale < 0 && digits.endsWith('0')) {
    digits = digits.slice(0, -1);
    scale++;
  }
  if (digits === '') return '0';
  if (scale < 0 || scale > 20) return undefined;
  const value = BigInt(digits) * 10n ** BigInt(scale) * (sign === '-' ? -1n : 1n);
  if (BigInt.asIntN(64, value) !== value) return undefined;
  return isPlain ? number : String(value);
}

// `yyyy-MM-dd HH:mm:ss`, 0 to 9 decimals, a space or T, perhaps a Z; cut off below the millisecond; 1677 to 2262 (6).
function toMilliseconds(text: string): number | 'out of range' | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z?$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (year < 1677 || year > 2262) return 'out of range';
  const midnight = Date.UTC(year, month - 1, day);
  if (new Date(midnight).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const time = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  // What InfluxDB can hold: nanoseconds in 64 bits.
  return BigInt.asIntN(64, BigInt(time) * 1_000_000n) === BigInt(time) * 1_000_000n ? time : 'out of range';
}

// Half a location, a latitude beyond 90 or a longitude beyond 180: neither is written, the row stays.
function dropImpossibleLocation(fields: Map<string, Field>): void {
  const [lat, lon] = [fields.get('lat'), fields.get('lon')];
  if (lat !== undefined && lon !== undefined && Math.abs(Number(lat.value)) <= 90 && Math.abs(Number(lon.value)) <= 180) return;
  fields.delete('lat');
  fields.delete('lon');
}
