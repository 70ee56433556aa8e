// The points of one chunk, as columns, on their way to one piece a shard.
//
// A stream is what one series has in one shard. Rows mostly come stream after
// stream with rising times, as a native export has its animals; where they do
// not, they are put into that order before blocks are made of them. Invariant:
// no two points of a stream share a time.

import { firstIndex } from '../search.ts';
import { BlockTimes } from './block-times.ts';
import type { Column } from './column.ts';
import { BLOCK_VALUES, KEY_FIELD_SEPARATOR, tsmKey } from './file.ts';
import { Piece } from './piece.ts';
import { shardStartMs } from './shard-time.ts';

const FIRST_ROOM = 1024;

export interface FieldColumn {
  /** Without escapes. */
  readonly field: string;
  readonly column: Column;
}

/** The points that a chunk has in one shard. */
export interface ShardPiece {
  /** Its first ms. */
  readonly shardMs: number;
  /** As a piece has them. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly points: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Stream {
  readonly series: string;
  readonly shardMs: number;
  rows: number;
  lastMs: number;
}

export class PointTable {
  /** How many points there are. */
  rowCount = 0;
  readonly #columns: readonly FieldColumn[];
  readonly #shardMs: number;
  #timesMs = new Float64Array(FIRST_ROOM);
  #streamOf = new Int32Array(FIRST_ROOM);
  readonly #streams: Stream[] = [];
  /** By shard, then by series. */
  readonly #known = new Map<number, Map<string, number>>();
  /** Rows lie stream after stream, in the order of their times. */
  #isOrdered = true;
  /** The stream of the row before, which is mostly that of the next. */
  #last = -1;

  /**
   * @param columns each of another field; what is added to them belongs to the row last begun
   * @param shardMs how long a shard is
   */
  constructor(columns: readonly FieldColumn[], shardMs: number) {
    this.#columns = columns;
    this.#shardMs = shardMs;
  }

  clear(): void {
    for (const { column } of this.#columns) column.clear();
    this.rowCount = 0;
    this.#streams.length = 0;
    this.#known.clear();
    this.#isOrdered = true;
    this.#last = -1;
  }

  /**
   * Begin a point.
   *
   * Hot: once a row.
   *
   * @param series escaped; of equal ones best the same string, which is compared quickly
   * @returns its row number
   */
  begin(series: string, timeMs: number): number {
    const row = this.rowCount++;
    if (row === this.#timesMs.length) this.#grow();
    let stream = this.#streams[this.#last];
    if (stream === undefined || stream.series !== series || timeMs < stream.shardMs || timeMs >= stream.shardMs + this.#shardMs) {
      stream = this.#find(series, timeMs);
      if (stream.rows > 0) this.#isOrdered = false;
    }
    if (timeMs <= stream.lastMs) this.#isOrdered = false;
    stream.lastMs = timeMs;
    stream.rows++;
    this.#timesMs[row] = timeMs;
    this.#streamOf[row] = this.#last;
    return row;
  }

  /** Make pieces of all points, in the order of their shards. The table must be cleared after. */
  seal(): ShardPiece[] {
    if (!this.#isOrdered) this.#order();
    const timesMs = this.#timesMs;
    const shards = new Map<number, { piece: Piece; points: number; firstMs: number; lastMs: number }>();
    const times = new BlockTimes();
    const nexts = new Int32Array(this.#columns.length);
    let start = 0;
    for (const { series, shardMs, rows } of this.#streams) {
      const end = start + rows;
      let shard = shards.get(shardMs);
      if (shard === undefined) {
        shard = { piece: new Piece(), points: 0, firstMs: Infinity, lastMs: -Infinity };
        shards.set(shardMs, shard);
      }
      times.clear();
      for (const [i, { field, column }] of this.#columns.entries()) {
        const from = nexts[i]!;
        if (from === column.count || column.rows[from]! >= end) continue;
        const to = from + firstIndex(column.count - from, (value) => column.rows[from + value]! >= end);
        const key = tsmKey(series, field);
        for (let at = from; at < to; at += BLOCK_VALUES) {
          const last = Math.min(to, at + BLOCK_VALUES);
          const encoded = times.of(timesMs, column.rows, at, last);
          shard.piece.addBlock(key, column, at, last, encoded, timesMs[column.rows[at]!]!, timesMs[column.rows[last - 1]!]!);
        }
        nexts[i] = to;
      }
      shard.points += rows;
      shard.firstMs = Math.min(shard.firstMs, timesMs[start]!);
      shard.lastMs = Math.max(shard.lastMs, timesMs[end - 1]!);
      start = end;
    }
    return [...shards]
      .sort(([a], [b]) => a - b)
      .map(([shardMs, { piece, ...summary }]) => ({ shardMs, bytes: piece.finish(), ...summary }));
  }

  #find(series: string, timeMs: number): Stream {
    const shardMs = shardStartMs(timeMs, this.#shardMs);
    let known = this.#known.get(shardMs);
    if (known === undefined) {
      known = new Map();
      this.#known.set(shardMs, known);
    }
    if (tsmKey(series, '').indexOf(KEY_FIELD_SEPARATOR) < series.length) throw new Error(`A server would cut ${series} in two`);
    this.#last = known.get(series) ?? this.#streams.push({ series, shardMs, rows: 0, lastMs: Number.NEGATIVE_INFINITY }) - 1;
    known.set(series, this.#last);
    return this.#streams[this.#last]!;
  }

  /** Put the rows into the order of their streams and times. */
  #order(): void {
    const [timesMs, streamOf] = [this.#timesMs, this.#streamOf];
    const order = Array.from({ length: this.rowCount }, (_, row) => row);
    order.sort((a, b) => streamOf[a]! - streamOf[b]! || timesMs[a]! - timesMs[b]!);
    for (let i = 1; i < order.length; i++) {
      const [row, before] = [order[i]!, order[i - 1]!];
      if (streamOf[row] === streamOf[before] && timesMs[row] === timesMs[before]) throw new Error('Two points share series and time');
    }
    for (const { column } of this.#columns) arrangeColumn(column, order);
    this.#timesMs = Float64Array.from(order, (row) => timesMs[row]!);
    this.#streamOf = Int32Array.from(order, (row) => streamOf[row]!);
    this.#isOrdered = true;
  }

  #grow(): void {
    const timesMs = new Float64Array(2 * this.#timesMs.length);
    timesMs.set(this.#timesMs);
    this.#timesMs = timesMs;
    const streamOf = new Int32Array(2 * this.#streamOf.length);
    streamOf.set(this.#streamOf);
    this.#streamOf = streamOf;
  }
}

/** @param order the row that comes at each place */
function arrangeColumn(column: Column, order: readonly number[]): void {
  const valueAt = new Int32Array(order.length).fill(-1);
  for (let value = 0; value < column.count; value++) valueAt[column.rows[value]!] = value;
  const values = new Int32Array(column.count);
  const rows = new Int32Array(column.count);
  let count = 0;
  for (const [place, row] of order.entries()) {
    if (valueAt[row] === -1) continue;
    values[count] = valueAt[row]!;
    rows[count++] = place;
  }
  column.arrange(values, rows);
}
