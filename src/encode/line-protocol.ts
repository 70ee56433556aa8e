// Write rows as line protocol: `measurement,tags fields time\n`.
//
// Format: InfluxDB line protocol v2 reference. Tags sorted by key, times in
// milliseconds.
//
// Invariant: the buffer has room for the longest line whenever `isFull` says
// no, so nothing here checks bounds. What is written may overshoot by up to 7
// bytes; what comes next lies over them.

import type { ByteWindow } from '../csv/byte-window.ts';
import { EVENT_ID_KEY, eventIdColumn, type Layout } from '../movebank/layout.ts';
import { FieldSetWriter } from './field-set.ts';
import type { Row } from './row.ts';
import type { RowWriter } from './row-writer.ts';
import type { SeriesHead } from './series.ts';
import { put } from './words.ts';

/** A batch is sealed when it has this many bytes, however few lines. */
export const MAX_BATCH_BYTES = 4 << 20;
/** Room for one more line: a row of 1 MiB of which every byte becomes three, its tags and its keys. */
export const LINE_ROOM = 4 << 20;

const COMMA = 44;
const SPACE = 32;
const LF = 10;
const MINUS = 45;
const ZERO = 48;

export class LineWriter implements RowWriter {
  /** Lines written since `clear`, and their bytes: `target[0, length)`. */
  lines = 0;
  length = 0;
  /** The first and last time of these lines, ms. */
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;

  readonly #fields: FieldSetWriter;
  readonly #eventIdColumn: number;

  constructor(layout: Layout) {
    this.#fields = new FieldSetWriter(layout, MAX_BATCH_BYTES + LINE_ROOM);
    this.#eventIdColumn = eventIdColumn(layout);
  }

  get target(): Uint8Array {
    return this.#fields.target;
  }

  /** String values that held something that could not be carried, by column, since `clear`. */
  get mendedText(): readonly number[] {
    return this.#fields.mendedText;
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
    this.#fields.mendedText.fill(0);
  }

  /**
   * Append `row` as one line.
   *
   * Hot: once a row. No allocation, save for text that is no UTF-8.
   *
   * @param source the bytes that the row's spans lie in
   */
  write(row: Row, { prefix }: SeriesHead, source: ByteWindow): void {
    const { view } = this.#fields;
    this.#end(row, this.#fields.write(row, source, put(prefix, view, this.length), -1));
  }

  /**
   * Append `row` as one line, as was decided of it.
   *
   * @param eventId written in place of its own, also where it has none; undefined leaves its own
   */
  writeDecided(row: Row, series: SeriesHead, source: ByteWindow, eventId: bigint | undefined): void {
    if (eventId === undefined) {
      this.write(row, series, source);
      return;
    }
    const { target, view } = this.#fields;
    const start = put(series.prefix, view, this.length);
    let at = this.#fields.write(row, source, start, this.#eventIdColumn);
    if (at !== start) target[at++] = COMMA;
    at += Buffer.from(target.buffer, target.byteOffset).write(`${EVENT_ID_KEY}=${eventId}i`, at, 'latin1');
    this.#end(row, at);
  }

  /** End the line whose fields end at `at`. */
  #end(row: Row, fieldsEnd: number): void {
    const { target, view } = this.#fields;
    let at = fieldsEnd;
    target[at++] = SPACE;
    at = writeInteger(row.timeMs, view, at);
    target[at++] = LF;
    this.length = at;
    this.lines++;
    if (row.timeMs < this.firstMs) this.firstMs = row.timeMs;
    if (row.timeMs > this.lastMs) this.lastMs = row.timeMs;
  }
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
