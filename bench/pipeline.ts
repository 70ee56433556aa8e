// What a worker does with a file's bytes, in memory: no file, no thread, no send.
//
// Input: the head of an export. Each method is one layer with all those below
// it, goes over every row once and returns what it made, to be compared.
// Invariant: a row that is not read or not wanted stops the bench.

import { gunzipSync, gzipSync } from 'node:zlib';
import { ByteWindow } from '../src/csv/byte-window.ts';
import { ChunkRows, END, type RowSource, windowBytes } from '../src/csv/chunk-rows.ts';
import { readHeader } from '../src/csv/header.ts';
import { ROW } from '../src/csv/row-scanner.ts';
import { DEFAULT_BATCH_LINES, DEFAULT_CHUNK_BYTES } from '../src/defaults.ts';
import { LineWriter } from '../src/encode/line-protocol.ts';
import { RowReader, WRITE } from '../src/encode/row-reader.ts';
import { EVERY_ROW } from '../src/encode/selection.ts';
import type { Series } from '../src/encode/series.ts';
import { ShardWriter } from '../src/encode/shard-columns.ts';
import { type Layout, layOut } from '../src/movebank/layout.ts';
import { SeriesTally } from '../src/survey/series-tally.ts';
import type { ShardPiece } from '../src/tsm/point-table.ts';

/** As `skein load` has it by default. */
export const CHUNK_BYTES = DEFAULT_CHUNK_BYTES;
const GZIP_LEVEL = 1;
/** Of one shard: a year of weeks, as `skein load` chooses for tracks of a few years. */
export const SHARD_SECONDS = 52 * 7 * 86_400;

/** One pass over all rows. */
export interface Pass {
  readonly rows: number;
  /** The sum of what the layer makes: cells, values or bytes. */
  readonly sum: number;
}

/** Each row's series, by number, and its time, ms. */
export interface SeenTimes {
  readonly series: Int32Array;
  readonly times: Float64Array;
}

export class Pipeline {
  readonly #source: RowSource;
  readonly #begin: number;
  readonly #layout: Layout;
  readonly #reader: RowReader;
  readonly #writer: LineWriter;
  readonly #window = new ByteWindow(windowBytes(CHUNK_BYTES));

  /** @param csv header and whole rows of an export */
  constructor(csv: Uint8Array) {
    const header = readHeader(csv, true);
    if (typeof header === 'string') throw new Error(`The export ${header}`);
    const layout = layOut(header.names, header.delimiter);
    if (typeof layout === 'string') throw new Error(`The export ${layout}`);
    // A survey would have to settle the types first.
    if (layout.columns.some((role) => role.role === 'field' && role.type === 'unknown')) throw new Error('A column has no known type');
    const readSync = (target: Uint8Array, position: number): void => target.set(csv.subarray(position, position + target.length));
    this.#source = { start: 0, end: csv.length, readSync, read: async (target, position) => readSync(target, position) };
    this.#begin = header.end;
    this.#layout = layout;
    this.#reader = new RowReader(layout, EVERY_ROW, Number.POSITIVE_INFINITY);
    this.#writer = new LineWriter(layout);
  }

  /** Rows into cells. Sums up the cells. */
  scan(): Promise<Pass> {
    const { cells } = this.#reader;
    return this.#eachChunk((rows) => {
      let count = 0;
      let sum = 0;
      while (isRow(rows)) {
        count++;
        sum += cells.cellCount;
      }
      return { rows: count, sum };
    });
  }

  /** Cells into meaning. Sums up the values. */
  read(): Promise<Pass> {
    const reader = this.#reader;
    return this.#eachChunk((rows) => {
      let count = 0;
      let sum = 0;
      while (isRow(rows)) {
        this.#read(rows);
        count++;
        sum += reader.row.count;
      }
      return { rows: count, sum };
    });
  }

  /** Which series has which times, as the survey notes them. They must be all, and none suspect. */
  async noteTimes({ series, times }: SeenTimes): Promise<Pass> {
    const tally = new SeriesTally();
    for (let i = 0; i < times.length; i++) tally.count(series[i] ?? 0, times[i] ?? 0);
    const found = tally.take(this.#reader.series.all);
    if (found.times.size > 0) throw new Error(`A sorted export has ${found.times.size} series whose times do not rise`);
    return { rows: found.rows.reduce((sum, rows) => sum + rows, 0), sum: found.keys.length };
  }

  /** What `noteTimes` is told, row by row. */
  async seenTimes(): Promise<SeenTimes> {
    const series: number[] = [];
    const times: number[] = [];
    const { row } = this.#reader;
    await this.#eachChunk((rows) => {
      while (isRow(rows)) {
        this.#read(rows);
        series.push(row.series);
        times.push(row.timeMs);
      }
      return { rows: 0, sum: 0 };
    });
    return { series: Int32Array.from(series), times: Float64Array.from(times) };
  }

  /** Meaning into line protocol. Sums up its bytes. */
  write(): Promise<Pass> {
    return this.#batches((lines) => lines.length);
  }

  /** Line protocol into gzip. Sums up the compressed bytes. */
  gzip(): Promise<Pass> {
    return this.#batches((lines) => gzipSync(lines, { level: GZIP_LEVEL }).length);
  }

  /** Meaning into pieces of shards, a chunk at a time. Sums up their bytes. */
  async pieces(keep: (piece: ShardPiece) => void = () => {}): Promise<Pass> {
    const writer = new ShardWriter(this.#layout, 1000 * SHARD_SECONDS);
    return this.#eachChunk((rows) => {
      writer.clear();
      while (isRow(rows)) {
        this.#read(rows);
        writer.write(this.#reader.row, this.#series, this.#window);
      }
      const pieces = writer.seal();
      for (const piece of pieces) keep(piece);
      return { rows: writer.lines, sum: pieces.reduce((sum, { bytes }) => sum + bytes.length, 0) };
    });
  }

  /** The batches before they are compressed, to be kept. */
  async readyLines(): Promise<Uint8Array[]> {
    const ready: Uint8Array[] = [];
    await this.#batches((lines) => ready.push(lines.slice()));
    return ready;
  }

  /** Line protocol that is ready into gzip. Sums up the compressed bytes. */
  gzipReady(batches: readonly Uint8Array[]): Pass {
    return { rows: 0, sum: batches.reduce((sum, lines) => sum + gzipSync(lines, { level: GZIP_LEVEL }).length, 0) };
  }

  /** Like `gzip`, and back: what comes out must be what went in. Sums up the bytes of line protocol. */
  gzipAndCheck(): Promise<Pass> {
    return this.#batches((lines) => {
      const back = gunzipSync(gzipSync(lines, { level: GZIP_LEVEL }));
      if (!back.equals(lines)) throw new Error('A batch is not the same after gzip and gunzip');
      return back.length;
    });
  }

  /** @param seal close a batch; says how many bytes it has then */
  async #batches(seal: (lines: Uint8Array) => number): Promise<Pass> {
    const reader = this.#reader;
    const writer = this.#writer;
    const sealed = (): number => {
      const bytes = seal(writer.target.subarray(0, writer.length));
      writer.clear();
      return bytes;
    };
    const { rows, sum } = await this.#eachChunk((rows) => {
      let count = 0;
      let sum = 0;
      while (isRow(rows)) {
        this.#read(rows);
        writer.write(reader.row, this.#series, this.#window);
        count++;
        if (writer.isFull(DEFAULT_BATCH_LINES)) sum += sealed();
      }
      return { rows: count, sum };
    });
    return { rows, sum: sum + sealed() };
  }

  /** Of the row that was read last. */
  get #series(): Series {
    const series = this.#reader.series.all[this.#reader.row.series];
    if (series === undefined) throw new Error('A row has no series');
    return series;
  }

  #read(rows: ChunkRows): void {
    const verdict = this.#reader.read(this.#window, rows.rowStart, rows.rowEnd);
    if (verdict !== WRITE) throw new Error(`The row at byte ${rows.rowOffset} has verdict ${verdict}`);
  }

  async #eachChunk(visit: (rows: ChunkRows) => Pass): Promise<Pass> {
    const total = { rows: 0, sum: 0 };
    for (let at = this.#begin; at < this.#source.end; ) {
      const rows = new ChunkRows(this.#source, this.#reader.cells, this.#window);
      await rows.open(at, Math.min(at + CHUNK_BYTES, this.#source.end));
      const part = visit(rows);
      total.rows += part.rows;
      total.sum += part.sum;
      at = rows.nextOffset;
    }
    return total;
  }
}

function isRow(rows: ChunkRows): boolean {
  const outcome = rows.next();
  if (outcome !== ROW && outcome !== END) throw new Error(`What begins at byte ${rows.rowOffset} is no row: outcome ${outcome}`);
  return outcome === ROW;
}

/** Make sure that a pass found the `rows` that there are and made what it made before. */
export function checkPass(pass: Pass, rows: number, sum: number): void {
  if (pass.rows !== rows) throw new Error(`${pass.rows} rows were read of ${rows}`);
  if (pass.sum !== sum) throw new Error(`A pass made ${pass.sum} bytes or values; an earlier one made ${sum}`);
}
