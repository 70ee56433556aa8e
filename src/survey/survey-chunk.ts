// The survey's worker half: read one chunk and sum up what is in it.

import type { ByteWindow } from '../csv/byte-window.ts';
import { ChunkRows, END, type RowSource } from '../csv/chunk-rows.ts';
import { BLANK_LINE, ROW } from '../csv/row-scanner.ts';
import type { ByteRange, Span } from '../csv/tiling.ts';
import { malformedCode } from '../encode/reject.ts';
import { emptyNotes } from '../encode/row-notes.ts';
import { FILTERED, REJECTED, RowReader } from '../encode/row-reader.ts';
import type { SelectionOptions } from '../encode/selection.ts';
import type { Layout } from '../movebank/layout.ts';
import type { ColumnTally } from './column-tally.ts';
import { SeriesTally } from './series-tally.ts';
import { addReject, type ChunkSummary, emptyChunkSummary } from './summary.ts';
import type { TrackTally } from './track-tally.ts';

export interface SurveyChunkTask extends ByteRange {
  /** Whether `start` is not known to be a row's first byte. */
  readonly guess: boolean;
}

/** What a survey finds out only where it is asked to, as it costs time. Crosses to the workers. */
export interface SurveyDetails {
  /** The animals' tracks. */
  readonly tracks?: boolean | undefined;
  /** What each column holds. */
  readonly columns?: boolean | undefined;
}

/** A chunk's rows, summed up, and where they lie. */
export interface SurveyedChunk {
  readonly span: Span;
  readonly summary: ChunkSummary;
}

/** Surveys chunks of one file, one after the other or several with their reads under way at once. */
export class ChunkSurveyor {
  readonly #layout: Layout;
  readonly #reader: RowReader;
  readonly #tally = new SeriesTally();
  readonly #tracks: TrackTally | undefined;
  readonly #columns: ColumnTally | undefined;

  private constructor(
    layout: Layout,
    selection: SelectionOptions,
    nowMs: number,
    tracks: TrackTally | undefined,
    columns: ColumnTally | undefined,
  ) {
    this.#layout = layout;
    this.#reader = new RowReader(layout, selection, nowMs);
    this.#tracks = tracks;
    this.#columns = columns;
  }

  /**
   * Make ready for the chunks of a file.
   *
   * @param selection which rows are wanted: the others are counted
   * @param nowMs later times are noted as in the future
   */
  static async prepare(
    layout: Layout,
    selection: SelectionOptions,
    nowMs: number,
    { tracks = false, columns = false }: SurveyDetails = {},
  ): Promise<ChunkSurveyor> {
    const trackTally = tracks ? new (await import('./track-tally.ts')).TrackTally(layout) : undefined;
    const columnTally = columns ? new (await import('./column-tally.ts')).ColumnTally(layout) : undefined;
    return new ChunkSurveyor(layout, selection, nowMs, trackTally, columnTally);
  }

  /**
   * Sum up the rows that begin in the task's range.
   *
   * @param window has room for the range, as `windowBytes` says; nobody else uses it meanwhile
   */
  async survey(task: SurveyChunkTask, source: RowSource, window: ByteWindow): Promise<SurveyedChunk> {
    const rows = new ChunkRows(source, this.#reader.cells, window);
    let begin = task.start;
    if (task.guess) begin = await rows.openByGuess(task.start, task.end);
    else await rows.open(task.start, task.end);
    // From here on nothing waits, so the reader is this chunk's alone.
    this.#reader.beginChunk();
    const summary = this.#sumUp(rows, window);
    return { span: { begin, next: rows.nextOffset }, summary };
  }

  #sumUp(rows: ChunkRows, window: ByteWindow): ChunkSummary {
    const reader = this.#reader;
    const tally = this.#tally;
    const tracks = this.#tracks;
    const columns = this.#columns;
    const summary = emptyChunkSummary(this.#layout.columns.length);
    reader.notes = summary.notes;
    reader.evidence.fill(0);
    let firstMs = Number.POSITIVE_INFINITY;
    let lastMs = Number.NEGATIVE_INFINITY;

    for (let outcome = rows.next(); outcome !== END; outcome = rows.next()) {
      if (outcome === BLANK_LINE) {
        summary.blankLines++;
        continue;
      }
      summary.rows++;
      if (outcome !== ROW) {
        addReject(summary, malformedCode(outcome), rows.rowOffset, rows.rowEnd - rows.rowStart);
        continue;
      }
      const verdict = reader.read(window, rows.rowStart, rows.rowEnd);
      if (verdict >= REJECTED) {
        addReject(summary, verdict - REJECTED, rows.rowOffset, rows.rowEnd - rows.rowStart);
        continue;
      }
      if (columns !== undefined) columns.count(window.bytes, reader.cells);
      if (verdict === FILTERED) summary.filtered++;
      else if (tracks !== undefined) tracks.count(reader, window.bytes);
      const { series, timeMs } = reader.row;
      tally.count(series, timeMs);
      if (timeMs < firstMs) firstMs = timeMs;
      if (timeMs > lastMs) lastMs = timeMs;
    }

    summary.firstMs = firstMs;
    summary.lastMs = lastMs;
    summary.evidence = reader.evidence.slice();
    summary.series = tally.take(reader.series.all);
    summary.columns = columns?.take();
    summary.tracks = tracks?.take(reader.series.all);
    reader.notes = emptyNotes(this.#layout.columns.length);
    return summary;
  }
}
