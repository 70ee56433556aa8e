// Columns of values of 64 bits: floats and integers.

import { Column, FIRST_ROOM, FLOAT_TYPE, INTEGER_TYPE, roomFor } from './column.ts';
import { floatsRoom, putFloats, readFloats } from './floats.ts';
import { integersRoom, putIntegers, readIntegers } from './integers.ts';

/** Values of 64 bits. */
abstract class WideColumn extends Column {
  /** Two entries each, low half first. */
  protected values = new Int32Array(2 * FIRST_ROOM);
  /** What the values were arranged out of, to be used again. */
  #spare = new Int32Array(0);

  protected reserveValues(count: number): void {
    if (2 * count <= this.values.length) return;
    const values = new Int32Array(2 * roomFor(count));
    values.set(this.values);
    this.values = values;
    this.valuesMoved();
  }

  protected valuesMoved(): void {}

  protected arrangeValues(order: Int32Array): void {
    const before = this.values;
    if (this.#spare.length < before.length) this.#spare = new Int32Array(before.length);
    const values = this.#spare;
    for (let i = 0; i < order.length; i++) {
      values[2 * i] = before[2 * order[i]!]!;
      values[2 * i + 1] = before[2 * order[i]! + 1]!;
    }
    this.values = values;
    this.#spare = before;
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

  valueAt(i: number): number {
    return this.#doubles[i]!;
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

  valueAt(i: number): bigint {
    return (BigInt(this.values[2 * i + 1]!) << 32n) | BigInt(this.values[2 * i]! >>> 0);
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
