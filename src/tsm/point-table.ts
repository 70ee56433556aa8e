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
import { sortByTime } from './sort-rows.ts';

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

interface PlacedStream extends Stream {
  /** Its first row, once rows are in order. */
  readonly start: number;
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
    this.#columns = [...columns].sort((a, b) => (a.field < b.field ? -1 : 1));
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
    const pieces: ShardPiece[] = [];
    const times = new BlockTimes();
    for (const streams of this.#byShard()) {
      const [{ shardMs }] = streams as [PlacedStream];
      const piece = new Piece();
      let [points, firstMs, lastMs] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const { series, start, rows } of streams) {
        const end = start + rows;
        times.clear();
        for (const { field, column } of this.#columns) {
          const from = firstIndex(column.count, (value) => column.rows[value]! >= start);
          if (from === column.count || column.rows[from]! >= end) continue;
          const to = from + firstIndex(column.count - from, (value) => column.rows[from + value]! >= end);
          piece.beginKey(tsmKey(series, field), column.type);
          for (let at = from; at < to; at += BLOCK_VALUES) {
            const last = Math.min(to, at + BLOCK_VALUES);
            const encoded = times.of(timesMs, column.rows, at, last);
            piece.addBlock(column, at, last, encoded, timesMs[column.rows[at]!]!, timesMs[column.rows[last - 1]!]!);
          }
        }
        points += rows;
        firstMs = Math.min(firstMs, timesMs[start]!);
        lastMs = Math.max(lastMs, timesMs[end - 1]!);
      }
      pieces.push({ shardMs, bytes: piece.finish(), points, firstMs, lastMs });
    }
    return pieces;
  }

  /** The streams of each shard, about as an index has their keys. */
  #byShard(): PlacedStream[][] {
    const shards = new Map<number, PlacedStream[]>();
    let start = 0;
    for (const stream of this.#streams) {
      const streams = shards.get(stream.shardMs);
      if (streams === undefined) shards.set(stream.shardMs, [{ ...stream, start }]);
      else streams.push({ ...stream, start });
      start += stream.rows;
    }
    for (const streams of shards.values()) streams.sort((a, b) => (a.series < b.series ? -1 : 1));
    return [...shards].sort(([a], [b]) => a - b).map(([, streams]) => streams);
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
    const order = new Int32Array(this.rowCount);
    const ends = new Int32Array(this.#streams.length);
    for (let stream = 1; stream < ends.length; stream++) ends[stream] = ends[stream - 1]! + this.#streams[stream - 1]!.rows;
    for (let row = 0; row < order.length; row++) order[ends[streamOf[row]!]!++] = row;
    for (const [stream, end] of ends.entries()) {
      const start = end - this.#streams[stream]!.rows;
      sortByTime(order, start, end, timesMs);
      for (let i = start + 1; i < end; i++) {
        if (timesMs[order[i]!] === timesMs[order[i - 1]!]) throw new Error('Two points share series and time');
      }
    }
    const places = new Int32Array(order.length);
    for (const [place, row] of order.entries()) places[row] = place;
    for (const { column } of this.#columns) arrangeColumn(column, places);
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

/** @param places where each row goes */
function arrangeColumn(column: Column, places: Int32Array): void {
  const { count, rows } = column;
  const valueAt = new Int32Array(places.length).fill(-1);
  for (let value = 0; value < count; value++) valueAt[places[rows[value]!]!] = value;
  const order = new Int32Array(count);
  let value = 0;
  for (let place = 0; place < valueAt.length; place++) {
    if (valueAt[place] === -1) continue;
    order[value] = valueAt[place]!;
    rows[value++] = place;
  }
  column.arrange(order);
}
