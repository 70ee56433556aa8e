// A column of strings. They lie as a block has them before it is compressed: one
// after the other, each with its length before it.

import { Column, FIRST_ROOM, roomFor, STRING_TYPE } from './column.ts';
import { putStrings, readStrings, stringsRoom } from './strings.ts';
import { putUvarint, UvarintReader } from './wide.ts';

const MAX_LENGTH_BYTES = 5;
const uvarint = new UvarintReader();

export class StringColumn extends Column {
  readonly type = STRING_TYPE;
  #joined = new Uint8Array(16 * FIRST_ROOM);
  /** String `i`, its length first, is `joined[starts[i], starts[i + 1])`. */
  #starts = new Int32Array(FIRST_ROOM + 1);
  /** What the strings were arranged out of, to be used again. */
  #spareJoined = new Uint8Array(0);
  #spareStarts = new Int32Array(0);

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

  valueAt(i: number): string {
    const start = this.#starts[i]!;
    const length = uvarint.read(this.#joined, start);
    return Buffer.from(this.#joined.buffer, uvarint.at, length).toString('utf8');
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
    const [joinedBefore, startsBefore] = [this.#joined, this.#starts];
    if (this.#spareStarts.length < startsBefore.length) this.#spareStarts = new Int32Array(startsBefore.length);
    if (this.#spareJoined.length < joinedBefore.length) this.#spareJoined = new Uint8Array(joinedBefore.length);
    const [starts, joined] = [this.#spareStarts, this.#spareJoined];
    starts[0] = 0;
    for (let i = 0; i < order.length; i++) {
      const [start, end] = [startsBefore[order[i]!]!, startsBefore[order[i]! + 1]!];
      let to = starts[i]!;
      for (let from = start; from < end; from++) joined[to++] = joinedBefore[from]!;
      starts[i + 1] = to;
    }
    this.#starts = starts;
    this.#joined = joined;
    this.#spareStarts = startsBefore;
    this.#spareJoined = joinedBefore;
  }
}
