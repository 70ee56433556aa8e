// The times of blocks, encoded once for all fields that have the same rows.

import type { EncodedTimes } from './block.ts';
import { BLOCK_VALUES } from './file.ts';
import { putTimes, timesRoom } from './times.ts';

interface KnownTimes extends EncodedTimes {
  readonly rows: Int32Array;
  readonly from: number;
  readonly to: number;
}

export class BlockTimes {
  /** By the first row of a block. */
  readonly #known = new Map<number, KnownTimes[]>();
  readonly #gathered = new Float64Array(BLOCK_VALUES);
  readonly #scratch = new Uint8Array(timesRoom(BLOCK_VALUES));

  /** Forget what was encoded: the rows that come are others. */
  clear(): void {
    this.#known.clear();
  }

  /**
   * The times of rows `rows[from, to)`, at most BLOCK_VALUES of them, which rise.
   *
   * Hot: once a block.
   *
   * @param timesMs by row, strictly rising from one of these rows to the next
   */
  of(timesMs: Float64Array, rows: Int32Array, from: number, to: number): EncodedTimes {
    const first = rows[from]!;
    const alike = this.#known.get(first) ?? [];
    const found = alike.find((known) => areSameRows(known, rows, from, to));
    if (found !== undefined) return found;
    const count = to - from;
    let source = timesMs;
    let start = first;
    if (!isGapless(rows, from, to)) {
      for (let i = 0; i < count; i++) this.#gathered[i] = timesMs[rows[from + i]!]!;
      source = this.#gathered;
      start = 0;
    }
    const bytes = this.#scratch.slice(0, putTimes(source, start, start + count, this.#scratch, 0));
    const known = { bytes, length: bytes.length, rows, from, to };
    this.#known.set(first, [...alike, known]);
    return known;
  }
}

/** Rows rise, so those without a gap are told by the first and the last. */
function isGapless(rows: Int32Array, from: number, to: number): boolean {
  return rows[to - 1]! - rows[from]! === to - 1 - from;
}

function areSameRows(known: KnownTimes, rows: Int32Array, from: number, to: number): boolean {
  if (known.to - known.from !== to - from || known.rows[known.to - 1] !== rows[to - 1]) return false;
  if (isGapless(rows, from, to)) return true;
  for (let i = from, j = known.from; i < to; i++, j++) if (rows[i] !== known.rows[j]) return false;
  return true;
}
