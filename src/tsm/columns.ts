// The values of one field, in the order of their rows, until they become blocks.
//
// There are no nulls: a column has the rows that have a value. Invariant: the
// row numbers of a column rise.

import { booleansRoom, putBooleans, readBooleans } from './booleans.ts';
import { floatsRoom, putFloats, readFloats } from './floats.ts';
import { integersRoom, putIntegers, readIntegers } from './integers.ts';
import { putStrings, readStrings, stringsRoom } from './strings.ts';
import { putUvarint, UvarintReader } from './wide.ts';

/** Types as the file writes them. */
export const FLOAT_TYPE = 0;
export const INTEGER_TYPE = 1;
export const BOOLEAN_TYPE = 2;
export const STRING_TYPE = 3;
export type ColumnType = typeof FLOAT_TYPE | typeof INTEGER_TYPE | typeof BOOLEAN_TYPE | typeof STRING_TYPE;

const FIRST_ROOM = 1024;
const MAX_LENGTH_BYTES = 5;
const uvarint = new UvarintReader();

export abstract class Column {
  abstract readonly type: ColumnType;
  count = 0;
  /** Value `i` is of row `rows[i]`. */
  rows = new Int32Array(FIRST_ROOM);

  clear(): void {
    this.count = 0;
  }

  /** Most bytes that values `[from, to)` take in a block. */
  abstract room(from: number, to: number): number;

  /** Write values `[from, to)` as a block has them. @returns the offset just past them */
  abstract put(from: number, to: number, target: Uint8Array, at: number): number;

  /** Add the values of a block, which lie in `bytes[at, end)`. Their rows are numbered on. */
  read(bytes: Uint8Array, at: number, end: number, count: number): void {
    const from = this.count;
    this.#reserve(from + count);
    this.reserveValues(from + count);
    this.readValues(bytes, at, end, count);
    for (let i = from; i < from + count; i++) this.rows[i] = i;
    this.count += count;
  }

  /** Make room for `count` values in all. */
  protected abstract reserveValues(count: number): void;

  /** Read the values of a block to behind those that there are. */
  protected abstract readValues(bytes: Uint8Array, at: number, end: number, count: number): void;

  /**
   * Put the values into another order: value `i` becomes the one that was
   * `order[i]`. There may be fewer then.
   *
   * @param rows of which row each is from now on; rising
   */
  arrange(order: Int32Array, rows: Int32Array): void {
    this.rows = new Int32Array(Math.max(FIRST_ROOM, order.length));
    this.rows.set(rows);
    this.arrangeValues(order);
    this.count = order.length;
  }

  protected abstract arrangeValues(order: Int32Array): void;

  /**
   * Begin the value of a row.
   *
   * Hot: once a value. Of two values of one row the last one counts, as on a server.
   *
   * @returns its place
   */
  protected begin(row: number): number {
    if (this.count > 0 && this.rows[this.count - 1] === row) return this.count - 1;
    if (this.count === this.rows.length) {
      this.#reserve(this.count + 1);
      this.reserveValues(this.count + 1);
    }
    this.rows[this.count] = row;
    return this.count++;
  }

  #reserve(count: number): void {
    if (count <= this.rows.length) return;
    const rows = new Int32Array(roomFor(count));
    rows.set(this.rows);
    this.rows = rows;
  }
}

/** Values of 64 bits. */
abstract class WideColumn extends Column {
  /** Two entries each, low half first. */
  protected values = new Int32Array(2 * FIRST_ROOM);

  protected reserveValues(count: number): void {
    if (2 * count <= this.values.length) return;
    const values = new Int32Array(2 * roomFor(count));
    values.set(this.values);
    this.values = values;
    this.valuesMoved();
  }

  protected valuesMoved(): void {}

  protected arrangeValues(order: Int32Array): void {
    const values = new Int32Array(2 * Math.max(FIRST_ROOM, order.length));
    for (let i = 0; i < order.length; i++) {
      values[2 * i] = this.values[2 * order[i]!]!;
      values[2 * i + 1] = this.values[2 * order[i]! + 1]!;
    }
    this.values = values;
    this.valuesMoved();
  }
}

export class FloatColumn extends WideColumn {
  readonly type = FLOAT_TYPE;
  #doubles = new Float64Array(this.values.buffer);

  /** Hot: once a float. A NaN is none. */
  add(row: number, value: number): void {
    const at = this.begin(row);
    this.#doubles[at] = value;
  }

  room(from: number, to: number): number {
    return floatsRoom(to - from);
  }

  put(from: number, to: number, target: Uint8Array, at: number): number {
    return putFloats(this.values, from, to, target, at);
  }

  protected readValues(bytes: Uint8Array, at: number, _end: number, count: number): void {
    readFloats(bytes, at, count, this.values, this.count);
  }

  protected override valuesMoved(): void {
    this.#doubles = new Float64Array(this.values.buffer);
  }
}

export class IntegerColumn extends WideColumn {
  readonly type = INTEGER_TYPE;

  /** Hot: once an integer, in two halves. */
  add(row: number, low: number, high: number): void {
    const at = 2 * this.begin(row);
    this.values[at] = low;
    this.values[at + 1] = high;
  }

  room(from: number, to: number): number {
    return integersRoom(to - from);
  }

  put(from: number, to: number, target: Uint8Array, at: number): number {
    return putIntegers(this.values, from, to, target, at);
  }

  protected readValues(bytes: Uint8Array, at: number, end: number, count: number): void {
    readIntegers(bytes, at, end, count, this.values, this.count);
  }
}

export class BooleanColumn extends Column {
  readonly type = BOOLEAN_TYPE;
  #values = new Uint8Array(FIRST_ROOM);

  /** Hot: once a boolean. */
  add(row: number, value: 0 | 1): void {
    const at = this.begin(row);
    this.#values[at] = value;
  }

  room(from: number, to: number): number {
    return booleansRoom(to - from);
  }

  put(from: number, to: number, target: Uint8Array, at: number): number {
    return putBooleans(this.#values, from, to, target, at);
  }

  protected reserveValues(count: number): void {
    if (count <= this.#values.length) return;
    const values = new Uint8Array(roomFor(count));
    values.set(this.#values);
    this.#values = values;
  }

  protected readValues(bytes: Uint8Array, at: number, _end: number, count: number): void {
    readBooleans(bytes, at, count, this.#values, this.count);
  }

  protected arrangeValues(order: Int32Array): void {
    const values = new Uint8Array(Math.max(FIRST_ROOM, order.length));
    for (let i = 0; i < order.length; i++) values[i] = this.#values[order[i]!]!;
    this.#values = values;
  }
}

/** Strings lie as a block has them before it is compressed: each with its length before it. */
export class StringColumn extends Column {
  readonly type = STRING_TYPE;
  #joined = new Uint8Array(16 * FIRST_ROOM);
  /** String `i`, its length first, is `joined[starts[i], starts[i + 1])`. */
  #starts = new Int32Array(FIRST_ROOM + 1);

  /**
   * Hot: once a string.
   *
   * @param text UTF-8; copied
   */
  add(row: number, text: Uint8Array, length: number): void {
    const at = this.begin(row);
    const start = this.#starts[at]!;
    this.#reserveBytes(start, length + MAX_LENGTH_BYTES);
    let end = putUvarint(length, this.#joined, start);
    for (let i = 0; i < length; i++) this.#joined[end++] = text[i]!;
    this.#starts[at + 1] = end;
  }

  room(from: number, to: number): number {
    return stringsRoom(this.#starts[to]! - this.#starts[from]!);
  }

  put(from: number, to: number, target: Uint8Array, at: number): number {
    return putStrings(this.#joined.subarray(this.#starts[from], this.#starts[to]), target, at);
  }

  protected reserveValues(count: number): void {
    if (count + 1 <= this.#starts.length) return;
    const starts = new Int32Array(roomFor(count) + 1);
    starts.set(this.#starts);
    this.#starts = starts;
  }

  protected readValues(bytes: Uint8Array, at: number, end: number, count: number): void {
    const strings = readStrings(bytes, at, end);
    const start = this.#starts[this.count]!;
    this.#reserveBytes(start, strings.length);
    this.#joined.set(strings, start);
    for (let i = 0, from = 0; i < count; i++) {
      from = uvarint.read(strings, from) + uvarint.at;
      this.#starts[this.count + i + 1] = start + from;
    }
  }

  #reserveBytes(used: number, more: number): void {
    if (used + more <= this.#joined.length) return;
    const joined = new Uint8Array(roomFor(used + more));
    joined.set(this.#joined.subarray(0, used));
    this.#joined = joined;
  }

  protected arrangeValues(order: Int32Array): void {
    const starts = new Int32Array(Math.max(FIRST_ROOM, order.length) + 1);
    const joined = new Uint8Array(this.#joined.length);
    for (let i = 0; i < order.length; i++) {
      const [start, end] = [this.#starts[order[i]!]!, this.#starts[order[i]! + 1]!];
      joined.set(this.#joined.subarray(start, end), starts[i]);
      starts[i + 1] = starts[i]! + end - start;
    }
    this.#starts = starts;
    this.#joined = joined;
  }
}

/** How much room to make where so much is needed: what grows at least doubles. */
function roomFor(count: number): number {
  return Math.max(FIRST_ROOM, 2 ** Math.ceil(Math.log2(count)));
}

/** A column of `type`, empty. */
export function columnOf(type: ColumnType): Column {
  switch (type) {
    case FLOAT_TYPE:
      return new FloatColumn();
    case INTEGER_TYPE:
      return new IntegerColumn();
    case BOOLEAN_TYPE:
      return new BooleanColumn();
    case STRING_TYPE:
      return new StringColumn();
  }
}
