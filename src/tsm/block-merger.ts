// Make whole blocks of one key out of blocks that overlap or are short.
//
// Input: blocks in the order of their first times. Output: the same points in
// the order of time, BLOCK_VALUES to a block. Invariant: no two points share a
// time. Memory is bounded by the blocks that overlap at one time, not by all.

import { firstIndex } from '../search.ts';
import { BlockOutput, readBlock } from './block.ts';
import type { Column, ColumnType } from './column.ts';
import { columnOf } from './columns.ts';
import { BLOCK_VALUES } from './file.ts';
import { sortByTime } from './sort-rows.ts';
import { putTimes, timesRoom } from './times.ts';

/** Points are put into order when there are so many more of them, or twice as many as were left then. */
const SETTLE_VALUES = 1 << 16;

/** It serves key after key of one type. */
export class BlockMerger {
  readonly #onBlock: (block: Uint8Array, firstMs: number, lastMs: number) => void;
  readonly #column: Column;
  readonly #output = new BlockOutput();
  #timesMs = new Float64Array(2 * BLOCK_VALUES);
  #spareMs = new Float64Array(0);
  #order = new Int32Array(0);
  readonly #blockTimesMs = new Float64Array(BLOCK_VALUES);
  readonly #encodedTimes = new Uint8Array(timesRoom(BLOCK_VALUES));
  /** How many points there are when they are put into order again. */
  #settleAt = SETTLE_VALUES;

  /** @param onBlock gets each block with its first and last time; the bytes are valid until it returns */
  constructor(type: ColumnType, onBlock: (block: Uint8Array, firstMs: number, lastMs: number) => void) {
    this.#column = columnOf(type);
    this.#onBlock = onBlock;
  }

  /**
   * Add an intact block.
   *
   * @param nextMs the first time of the block that comes next; points before it are final
   */
  add(block: Uint8Array, nextMs: number): void {
    const before = this.#column.count;
    const count = readBlock(block, this.#blockTimesMs, this.#column);
    if (before + count > this.#timesMs.length) {
      const larger = new Float64Array(2 * (before + count));
      larger.set(this.#timesMs.subarray(0, before));
      this.#timesMs = larger;
    }
    this.#timesMs.set(this.#blockTimesMs.subarray(0, count), before);
    if (this.#column.count < this.#settleAt) return;
    this.#settle(nextMs);
    this.#settleAt = Math.max(SETTLE_VALUES, 2 * this.#column.count);
  }

  /** All blocks of the key were added. */
  end(): void {
    this.#settle(Number.POSITIVE_INFINITY);
    this.#settleAt = SETTLE_VALUES;
  }

  /** Put the points into order and write those before `untilMs`: whole blocks, and in the end the rest. */
  #settle(untilMs: number): void {
    this.#putIntoOrder();
    const column = this.#column;
    const timesMs = this.#timesMs;
    const { count } = column;
    const final = firstIndex(count, (i) => timesMs[i]! >= untilMs);
    const whole = untilMs === Number.POSITIVE_INFINITY ? final : final - (final % BLOCK_VALUES);
    for (let from = 0; from < whole; from += BLOCK_VALUES) {
      const to = Math.min(whole, from + BLOCK_VALUES);
      const length = putTimes(timesMs, from, to, this.#encodedTimes, 0);
      this.#output.length = 0;
      const size = this.#output.addBlock(column, from, to, { bytes: this.#encodedTimes, length });
      this.#onBlock(this.#output.bytes.subarray(0, size), timesMs[from]!, timesMs[to - 1]!);
    }
    if (whole === count) {
      column.clear();
      return;
    }
    column.arrange(this.#places(whole, count));
    timesMs.copyWithin(0, whole, count);
  }

  #putIntoOrder(): void {
    const { count } = this.#column;
    const timesMs = this.#timesMs;
    let isOrdered = true;
    for (let i = 1; i < count; i++) if (timesMs[i]! <= timesMs[i - 1]!) isOrdered = false;
    if (isOrdered) return;
    const order = this.#places(0, count);
    sortByTime(order, 0, count, timesMs);
    if (this.#spareMs.length < timesMs.length) this.#spareMs = new Float64Array(timesMs.length);
    const sortedMs = this.#spareMs;
    for (let i = 0; i < count; i++) {
      sortedMs[i] = timesMs[order[i]!]!;
      if (i > 0 && sortedMs[i] === sortedMs[i - 1]) throw new Error('Two points share series and time');
    }
    this.#column.arrange(order);
    this.#timesMs = sortedMs;
    this.#spareMs = timesMs;
  }

  /** The numbers from `from` up to `to`, in memory that is used again. */
  #places(from: number, to: number): Int32Array {
    if (this.#order.length < to - from) this.#order = new Int32Array(2 * (to - from));
    const places = this.#order.subarray(0, to - from);
    for (let i = 0; i < places.length; i++) places[i] = from + i;
    return places;
  }
}
