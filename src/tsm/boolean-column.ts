// A column of booleans, a byte each.

import { booleansRoom, putBooleans, readBooleans } from './booleans.ts';
import { BOOLEAN_TYPE, Column, FIRST_ROOM, roomFor } from './column.ts';

export class BooleanColumn extends Column {
  readonly type = BOOLEAN_TYPE;
  #values = new Uint8Array(FIRST_ROOM);
  /** What the values were arranged out of, to be used again. */
  #spare = new Uint8Array(0);

  /** Hot: once a boolean. */
  add(row: number, value: 0 | 1): void {
    const at = this.begin(row);
    this.#values[at] = value;
  }

  valueAt(i: number): boolean {
    return this.#values[i] === 1;
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
    const before = this.#values;
    if (this.#spare.length < before.length) this.#spare = new Uint8Array(before.length);
    const values = this.#spare;
    for (let i = 0; i < order.length; i++) values[i] = before[order[i]!]!;
    this.#values = values;
    this.#spare = before;
  }
}
