// Cells that repeat from row to row: an animal's identity.
//
// Input: a row's bytes where its steady columns begin. Output: their cells, if
// the bytes are those of the row before. Invariant: the remembered bytes hold
// the delimiter or line end after the last of them, so the same bytes at the
// start of the same column are the same cells.

import type { ByteWindow } from './byte-window.ts';
import { type Cells, QUOTED } from './cells.ts';

/** Columns `[from, to)` whose cells tend to be those of the row before. */
export interface SteadyColumns {
  readonly from: number;
  readonly to: number;
}

/** A longer run is not worth remembering. */
const MOST_BYTES = 1024;

export class SteadyCells {
  readonly from: number;
  readonly to: number;
  /** Bytes of a row that `repeat` took over, 0 where there is nothing to compare with. */
  length = 0;
  readonly #bytes = new Uint8Array(MOST_BYTES);
  /** The same as words. */
  readonly #words = new Int32Array(this.#bytes.buffer);
  // Where the cells lie, counted from the first of the bytes.
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #flags: Uint8Array;

  constructor({ from, to }: SteadyColumns) {
    this.from = from;
    this.to = to;
    this.#starts = new Int32Array(to - from);
    this.#ends = new Int32Array(to - from);
    this.#flags = new Uint8Array(to - from);
  }

  /** Compare the next row with none. */
  forget(): void {
    this.length = 0;
  }

  /**
   * Take over the cells of the row before if the bytes at `position` are the same.
   *
   * Hot: once a row; it spares the byte loop half of a native export.
   *
   * @param cap where the row must have ended
   * @returns whether they are
   */
  repeat({ bytes, view }: ByteWindow, position: number, cap: number, cells: Cells): boolean {
    const length = this.length;
    if (length === 0 || position + length > cap) return false;
    const words = length >> 2;
    let offset = position;
    for (let i = 0; i < words; i++, offset += 4) {
      if (view.getInt32(offset, true) !== this.#words[i]) return false;
    }
    for (let i = words << 2; i < length; i++) {
      if (bytes[position + i] !== this.#bytes[i]) return false;
    }
    const { from, to } = this;
    for (let column = from, i = 0; column < to; column++, i++) {
      cells.starts[column] = position + this.#starts[i]!;
      cells.ends[column] = position + this.#ends[i]!;
      cells.flags[column] = this.#flags[i]!;
    }
    return true;
  }

  /**
   * Remember the cells of a whole row.
   *
   * @param next where the next row begins
   */
  remember({ bytes, limit }: ByteWindow, { starts, ends, flags }: Cells, next: number): void {
    const { from, to } = this;
    const start = starts[from]! - (flags[from]! & QUOTED);
    const end = to < starts.length ? starts[to]! - (flags[to]! & QUOTED) : next;
    const length = end - start;
    // A last row without a line end is no model for others.
    if (end === limit || length > MOST_BYTES) {
      this.length = 0;
      return;
    }
    this.length = length;
    for (let i = 0; i < length; i++) this.#bytes[i] = bytes[start + i]!;
    for (let column = from, i = 0; column < to; column++, i++) {
      this.#starts[i] = starts[column]! - start;
      this.#ends[i] = ends[column]! - start;
      this.#flags[i] = flags[column]!;
    }
  }
}
