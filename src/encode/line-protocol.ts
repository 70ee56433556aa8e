// Write rows as line protocol: `measurement,tags fields time\n`.
//
// Format: InfluxDB line protocol v2 reference. Tags sorted by key, times in
// milliseconds, numbers as they stand in the file, integers with `i`.
//
// Invariant: the buffer has room for the longest line whenever `isFull` says
// no, so nothing here checks bounds. Bytes are copied in words, which overshoot
// by up to 7 bytes; what is written next lies over them.

import type { ByteWindow } from '../csv/row-scanner.ts';
import type { Layout } from '../movebank/layout.ts';
import { textKey } from '../movebank/layout.ts';
import {
  DOUBLED_MISFIT,
  DOUBLED_TEXT,
  FALSE,
  FLOAT,
  INTEGER,
  LEFT_OUT,
  MISFIT,
  REWRITTEN_FLOAT,
  REWRITTEN_INTEGER,
  type Row,
  TEXT,
  TRUE,
} from './row.ts';
import type { Series } from './series.ts';
import { escapeKey, StringFieldWriter } from './text.ts';
import { put, type Words, wordsOf } from './words.ts';

/** A batch is sealed when it has this many bytes, however few lines. */
export const MAX_BATCH_BYTES = 4 << 20;
/** Room for one more line: a row of 1 MiB of which every byte becomes three, its tags and its keys. */
const LINE_ROOM = 4 << 20;

const COMMA = 44;
const SPACE = 32;
const LF = 10;
const MINUS = 45;
const ZERO = 48;
const LOWER_I = 105;

const TRUE_WORDS = wordsOf('true');
const FALSE_WORDS = wordsOf('false');

export class LineWriter {
  /** Lines written since `clear`, and their bytes: `target[0, length)`. */
  lines = 0;
  length = 0;
  readonly target: Uint8Array;
  /** The first and last time of these lines, ms. */
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  /** String values that held something that could not be carried, by column, since `clear`. */
  readonly mendedText: number[];

  readonly #view: DataView;
  /** `key=` for each column, escaped, and the same with the key for misfits. */
  readonly #keys: readonly Words[];
  readonly #misfitKeys: readonly Words[];
  readonly #strings = new StringFieldWriter();

  constructor(layout: Layout) {
    const keyWords = (key: string): Words => wordsOf(`${escapeKey(key)}=`);
    this.#keys = layout.columns.map((role) => keyWords(role.role === 'field' ? role.key : ''));
    this.#misfitKeys = layout.columns.map((role) => keyWords(role.role === 'field' ? textKey(role.key) : ''));
    this.mendedText = new Array(layout.columns.length).fill(0);
    const allKeys = this.#misfitKeys.reduce((sum, key) => sum + key.length + 8, 0);
    this.target = Buffer.allocUnsafeSlow(MAX_BATCH_BYTES + LINE_ROOM + allKeys);
    this.#view = new DataView(this.target.buffer, this.target.byteOffset, this.target.length);
  }

  /** Whether the batch has `maxLines` lines or no room for one more. */
  isFull(maxLines: number): boolean {
    return this.lines >= maxLines || this.length >= MAX_BATCH_BYTES;
  }

  clear(): void {
    this.lines = 0;
    this.length = 0;
    this.firstMs = Number.POSITIVE_INFINITY;
    this.lastMs = Number.NEGATIVE_INFINITY;
    this.mendedText.fill(0);
  }

  /**
   * Append `row` as one line.
   *
   * Hot: once a row. No allocation, save for text that is no UTF-8.
   *
   * @param source the bytes that the row's spans lie in
   */
  write(row: Row, series: Series, source: ByteWindow): void {
    const { target } = this;
    const view = this.#view;
    const keys = this.#keys;
    const { columns, kinds, starts, ends, count } = row;
    let at = put(series.prefix, view, this.length);
    let separated = true;
    for (let i = 0; i < count; i++) {
      const kind = kinds[i]!;
      if (kind === LEFT_OUT) continue;
      if (separated) separated = false;
      else target[at++] = COMMA;
      const column = columns[i]!;
      at = put(kind === MISFIT || kind === DOUBLED_MISFIT ? this.#misfitKeys[column]! : keys[column]!, view, at);
      const start = starts[i]!;
      const end = ends[i]!;
      switch (kind) {
        case FLOAT:
          at = copy(source.view, start, end, view, at);
          break;
        case INTEGER:
          at = copy(source.view, start, end, view, at);
          target[at++] = LOWER_I;
          break;
        case TRUE:
          at = put(TRUE_WORDS, view, at);
          break;
        case FALSE:
          at = put(FALSE_WORDS, view, at);
          break;
        case REWRITTEN_FLOAT:
          target.set(row.rewritten.subarray(start, end), at);
          at += end - start;
          break;
        case REWRITTEN_INTEGER:
          target.set(row.rewritten.subarray(start, end), at);
          at += end - start;
          target[at++] = LOWER_I;
          break;
        case TEXT:
        case MISFIT:
          at = this.#writeText(column, source.bytes, start, end, false, at);
          break;
        case DOUBLED_TEXT:
        case DOUBLED_MISFIT:
          at = this.#writeText(column, source.bytes, start, end, true, at);
          break;
      }
    }
    target[at++] = SPACE;
    at = writeInteger(row.timeMs, view, at);
    target[at++] = LF;
    this.length = at;
    this.lines++;
    if (row.timeMs < this.firstMs) this.firstMs = row.timeMs;
    if (row.timeMs > this.lastMs) this.lastMs = row.timeMs;
  }

  #writeText(column: number, source: Uint8Array, start: number, end: number, doubledQuotes: boolean, at: number): number {
    const past = this.#strings.write(source, start, end, doubledQuotes, this.target, at);
    if (this.#strings.changed) this.mendedText[column]!++;
    return past;
  }
}

/**
 * Copy bytes between any two places.
 *
 * Hot: once a number. Nearly all are under 16 bytes, where words without a loop
 * beat a byte loop by half and a call to `set` by more.
 *
 * @returns the offset just past the last byte that counts
 */
function copy(source: DataView, start: number, end: number, target: DataView, at: number): number {
  target.setInt32(at, source.getInt32(start, true), true);
  target.setInt32(at + 4, source.getInt32(start + 4, true), true);
  for (let from = start + 8, to = at + 8; from < end; from += 4, to += 4) target.setInt32(to, source.getInt32(from, true), true);
  return at + (end - start);
}

/** `00` to `99` as two bytes each, in the order in which they are written. */
const TWO_DIGITS = Uint16Array.from({ length: 100 }, (_, n) => (ZERO + Math.floor(n / 10)) | ((ZERO + (n % 10)) << 8));

/** Write a whole number of at most 16 digits. Hot: once a row. */
function writeInteger(value: number, target: DataView, at: number): number {
  let start = at;
  let rest = value;
  if (rest < 0) {
    target.setUint8(start++, MINUS);
    rest = -rest;
  }
  // Two halves below 10^8, so that the divisions are of small integers.
  const high = Math.floor(rest / 1e8);
  const low = rest - high * 1e8;
  if (high === 0) return writeDigits(low, digitCount(low), target, start);
  return writeDigits(low, 8, target, writeDigits(high, digitCount(high), target, start));
}

function digitCount(value: number): number {
  let digits = 1;
  for (let power = 10; digits < 8 && value >= power; power *= 10) digits++;
  return digits;
}

/** Write the last `digits` digits of `value`, below 10^8, with zeros before them. */
function writeDigits(value: number, digits: number, target: DataView, at: number): number {
  let rest = value | 0;
  let to = at + digits;
  while (to - at >= 2) {
    const next = (rest / 100) | 0;
    to -= 2;
    target.setUint16(to, TWO_DIGITS[rest - next * 100]!, true);
    rest = next;
  }
  if (to > at) target.setUint8(at, ZERO + (rest % 10));
  return at + digits;
}
