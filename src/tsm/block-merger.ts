// Make whole blocks of one key out of blocks that overlap or are short.
//
// Input: blocks in the order of their first times. Output: the same points in
// the order of time, BLOCK_VALUES to a block. Invariant: no two points share a
// time. Memory is bounded by the blocks that overlap at one time, not by all.

import { firstIndex } from '../search.ts';
import { type BlockOutput, readBlock } from './block.ts';
import type { Column, ColumnType } from './column.ts';
import { columnOf } from './columns.ts';
import { BLOCK_VALUES } from './file.ts';
import { putTimes, timesRoom } from './times.ts';

/** Points are put into order when there are so many more of them, or twice as many as were left then. */
const SETTLE_VALUES = 1 << 16;

/** A block that was appended to the output. */
export interface MergedBlock {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly size: number;
}

export class BlockMerger {
  readonly #output: BlockOutput;
  readonly #onBlock: (block: MergedBlock) => void;
  readonly #column: Column;
  #timesMs = new Float64Array(2 * BLOCK_VALUES);
  readonly #blockTimesMs = new Float64Array(BLOCK_VALUES);
  readonly #encodedTimes = new Uint8Array(timesRoom(BLOCK_VALUES));
  /** How many points there are when they are put into order again. */
  #settleAt = SETTLE_VALUES;

  /** @param onBlock is told of each block once it is in `output` */
  constructor(type: ColumnType, output: BlockOutput, onBlock: (block: MergedBlock) => void) {
    this.#column = columnOf(type);
    this.#output = output;
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

  /** All blocks were added. */
  end(): void {
    this.#settle(Number.POSITIVE_INFINITY);
  }

  /** Put the points into order and write those before `untilMs`: whole blocks, and in the end the rest. */
  #settle(untilMs: number): void {
    const column = this.#column;
    const timesMs = this.#timesMs;
    // The engine's sort finds the runs that are in order already.
    const order = Array.from({ length: column.count }, (_, i) => i).sort((a, b) => timesMs[a]! - timesMs[b]!);
    const sortedMs = Float64Array.from(order, (i) => timesMs[i]!);
    for (let i = 1; i < sortedMs.length; i++) if (sortedMs[i] === sortedMs[i - 1]) throw new Error('Two points share series and time');
    column.arrange(
      Int32Array.from(order),
      Int32Array.from(order, (_, i) => i),
    );
    const final = firstIndex(sortedMs.length, (i) => sortedMs[i]! >= untilMs);
    const whole = untilMs === Number.POSITIVE_INFINITY ? final : final - (final % BLOCK_VALUES);
    for (let from = 0; from < whole; from += BLOCK_VALUES) {
      const to = Math.min(whole, from + BLOCK_VALUES);
      const length = putTimes(sortedMs, from, to, this.#encodedTimes, 0);
      const size = this.#output.addBlock(column, from, to, { bytes: this.#encodedTimes, length });
      this.#onBlock({ firstMs: sortedMs[from]!, lastMs: sortedMs[to - 1]!, size });
    }
    const left = Int32Array.from({ length: column.count - whole }, (_, i) => whole + i);
    column.arrange(
      left,
      left.map((_, i) => i),
    );
    this.#timesMs.set(sortedMs.subarray(whole));
  }
}
