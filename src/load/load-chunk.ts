// The load's worker half: read one chunk, encode its rows, send its batches, and
// count on the way what a server must hold of them, if it is going to be asked.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { DecisionCursor, NOT_WRITTEN } from '../collisions/decision.ts';
import type { ByteWindow } from '../csv/byte-window.ts';
import { ChunkRows, END, type RowSource } from '../csv/chunk-rows.ts';
import { BLANK_LINE, ROW } from '../csv/row-scanner.ts';
import type { DestinationWriter, Part } from '../destination/destination.ts';
import type { RunGauge } from '../destination/run-gauge.ts';
import { malformedCode } from '../encode/reject.ts';
import { REJECTED, RowReader, WRITE } from '../encode/row-reader.ts';
import type { SelectionOptions } from '../encode/selection.ts';
import { headOf } from '../encode/series.ts';
import { SkeinError } from '../errors.ts';
import type { Layout } from '../movebank/layout.ts';
import type { Chunk } from '../survey/survey.ts';
import type { Expected } from '../verify/expected.ts';
import type { PointTally } from '../verify/point-tally.ts';
import { type Books, EMPTY_BOOKS } from './books.ts';
import { ChunkSends } from './chunk-sends.ts';
import { RejectCollector, type RejectedRows, type RowPlace } from './reject-collector.ts';
import type { RowFormat } from './row-format.ts';
import type { SendQueue } from './send-queue.ts';

/** Rows of one file, counted from 1, both ends included. */
export type RowRange = readonly [first: number, last: number];

export interface LoadChunkTask {
  readonly chunk: Chunk;
  /** What becomes of its rows that share series and time with others, in file order. */
  readonly decisions: Uint8Array;
}

/** What became of a chunk. Crosses from the worker. */
export interface LoadedChunk {
  readonly index: number;
  readonly books: Books;
  readonly rejects: RejectedRows;
  /** String values that held something that cannot be carried, by column. */
  readonly mendedText: readonly number[];
  readonly part: Part | undefined;
  /** What a server must hold of it; undefined where that was not counted, or the server has refused some of it. */
  readonly expected: Expected | undefined;
  /** Set when a batch was not taken: why, and the rows of the batches that were not. */
  readonly failure: { readonly message: string; readonly unwritten: readonly RowRange[] } | undefined;
}

export class ChunkLoader {
  readonly #layout: Layout;
  readonly #reader: RowReader;
  readonly #format: RowFormat;
  readonly #destination: DestinationWriter;
  readonly #queue: SendQueue;
  readonly #gauge: RunGauge;
  readonly #beginTally: () => PointTally | undefined;
  // Where the rows that are being written come from.
  #lineRows: number[] = [];
  #lineOffsets: number[] = [];
  #lineLengths: number[] = [];

  /** @param beginTally counts what a server must hold of a chunk, if that is wanted */
  constructor(
    layout: Layout,
    selection: SelectionOptions,
    format: RowFormat,
    destination: DestinationWriter,
    queue: SendQueue,
    gauge: RunGauge,
    beginTally: () => PointTally | undefined,
  ) {
    this.#layout = layout;
    this.#reader = new RowReader(layout, selection, Number.POSITIVE_INFINITY);
    this.#format = format;
    this.#destination = destination;
    this.#queue = queue;
    this.#gauge = gauge;
    this.#beginTally = beginTally;
  }

  /**
   * Load the rows that begin in `chunk`.
   *
   * @param window has room for the chunk; nobody else uses it meanwhile
   * @throws SkeinError `source` when the file changed; an Error when the rows are not those of the survey
   */
  async load({ chunk, decisions: bytes }: LoadChunkTask, source: RowSource, window: ByteWindow): Promise<LoadedChunk> {
    const decisions = new DecisionCursor(bytes);
    const rows = new ChunkRows(source, this.#reader.cells, window);
    await rows.open(chunk.start, chunk.end);
    this.#reader.beginChunk();
    const sink = this.#destination.openChunk(chunk.index);
    const rejects = new RejectCollector();
    const mendedText = new Array<number>(this.#layout.columns.length).fill(0);
    const sends = new ChunkSends(sink, this.#queue);
    const tally = this.#beginTally();
    let row = chunk.rowsBefore;
    let points = 0;
    let filtered = 0;

    // The reader and the writer serve several chunks. They are this
    // chunk's alone between two waits, so each batch is filled without one.
    for (let more = true; more && !sends.failed; ) {
      await this.#queue.slot();
      const first = row + 1;
      const filled = this.#fill(rows, source.start, window, rejects, decisions, row, tally);
      row = filled.row;
      filtered += filled.filtered;
      more = filled.more;
      const { writer } = this.#format;
      if (writer.lines === 0) break;
      points += writer.lines;
      for (const [column, count] of writer.mendedText.entries()) mendedText[column]! += count;
      const places = this.#places();
      for (const batch of this.#format.seal()) {
        sends.begin(batch, [first, row], (refused) => {
          for (const { line, message } of refused) rejects.addRefused(places(line), message, readRow(source, places(line)));
        });
      }
      // Let the request leave before the next batch takes the thread.
      await nextTurn();
    }

    const failure = await sends.settle();
    const books: Books = {
      ...EMPTY_BOOKS,
      rows: row - chunk.rowsBefore,
      points: points - rejects.refused,
      duplicates: decisions.notWritten,
      rejected: rejects.count,
      filtered,
    };
    const done = { index: chunk.index, books, rejects: rejects.take(), mendedText };
    if (failure !== undefined) {
      const last = chunk.rowsBefore + chunk.rows;
      const rest: RowRange[] = row < last ? [[row + 1, last]] : [];
      return { ...done, part: undefined, expected: undefined, failure: { ...failure, unwritten: [...failure.unwritten, ...rest] } };
    }
    if (row - chunk.rowsBefore !== chunk.rows || rejects.count - rejects.refused !== chunk.rejected) {
      await sink.abandon();
      throw new Error(
        `Chunk ${chunk.index} had ${chunk.rows} rows and ${chunk.rejected} rejects in the survey, now ${row - chunk.rowsBefore} and ${rejects.count - rejects.refused}`,
      );
    }
    try {
      return { ...done, part: await sink.finish(), expected: rejects.refused > 0 ? undefined : tally?.take(), failure: undefined };
    } catch (error) {
      await sink.abandon();
      return {
        ...done,
        part: undefined,
        expected: undefined,
        failure: { message: messageOf(error), unwritten: [[chunk.rowsBefore + 1, chunk.rowsBefore + chunk.rows]] },
      };
    }
  }

  /** Encode rows until the batch is full or the chunk ends. */
  #fill(
    rows: ChunkRows,
    sourceStart: number,
    window: ByteWindow,
    rejects: RejectCollector,
    decisions: DecisionCursor,
    rowsBefore: number,
    tally: PointTally | undefined,
  ): { row: number; filtered: number; more: boolean } {
    const reader = this.#reader;
    const { writer } = this.#format;
    // The batch before is sealed, or its chunk failed in the middle.
    writer.clear();
    this.#lineRows = [];
    this.#lineOffsets = [];
    this.#lineLengths = [];
    let row = rowsBefore;
    let filtered = 0;
    const maxLines = this.#gauge.batchLines;
    while (!writer.isFull(maxLines)) {
      const outcome = rows.next();
      if (outcome === END) return { row, filtered, more: false };
      if (outcome === BLANK_LINE) continue;
      row++;
      const verdict = outcome === ROW ? reader.read(window, rows.rowStart, rows.rowEnd) : REJECTED + malformedCode(outcome);
      if (verdict === WRITE) {
        if (rows.rowOffset === decisions.nextOffset) {
          if (!this.#writeDecided(decisions, window, rows.rowOffset, tally)) continue;
        } else {
          const series = reader.series.all[reader.row.series]!;
          writer.write(reader.row, series, window);
          tally?.add(reader.row, window, rows.rowOffset, series.key, undefined);
        }
        this.#lineRows.push(row);
        this.#lineOffsets.push(rows.rowOffset - sourceStart);
        this.#lineLengths.push(rows.rowEnd - rows.rowStart);
      } else if (verdict < REJECTED) {
        filtered++;
      } else {
        const place = { row, offset: rows.rowOffset - sourceStart, length: rows.nextOffset - rows.rowOffset };
        rejects.add(place, verdict - REJECTED, window.bytes.subarray(rows.rowStart, rows.rowEnd));
      }
    }
    return { row, filtered, more: true };
  }

  /**
   * Write the row last read as the next decision says.
   *
   * @returns whether it is written at all
   */
  #writeDecided(decisions: DecisionCursor, window: ByteWindow, offset: number, tally: PointTally | undefined): boolean {
    const { row, series } = this.#reader;
    const { number, eventId } = decisions.take();
    if (number === NOT_WRITTEN) return false;
    const own = series.all[row.series]!;
    const head = number === 0 ? own : headOf(series.duplicateKey(own, number));
    this.#format.writer.writeDecided(row, head, window, eventId);
    tally?.add(row, window, offset, head.key, eventId);
    return true;
  }

  /** Where the row is that was written as the `i`th of those written now. */
  #places(): (i: number) => RowPlace {
    const [rows, offsets, lengths] = [this.#lineRows, this.#lineOffsets, this.#lineLengths];
    return (i) => ({ row: rows[i]!, offset: offsets[i]!, length: lengths[i]! });
  }
}

/** A row's bytes once more, from its file. */
function readRow(source: RowSource, { offset, length }: RowPlace): Uint8Array {
  const bytes = new Uint8Array(length);
  source.readSync(bytes, source.start + offset);
  return bytes;
}

function messageOf(error: unknown): string {
  if (error instanceof SkeinError) return error.message;
  throw error;
}
