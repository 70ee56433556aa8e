// Read what a row means out of its cells, or why it cannot be written.
//
// Input: a scanned row. Output: a verdict and, for a row that is wanted, its
// meaning in `row`.
//
// Both passes read rows with this code. Invariant: whether a row is rejected
// does not depend on what the survey found out about unknown columns, so both
// passes reject the same rows. A column of unknown type therefore counts as
// text where it is asked whether any value is left.

import type { ByteWindow } from '../csv/byte-window.ts';
import { QUOTED } from '../csv/cells.ts';
import { RowScanner } from '../csv/row-scanner.ts';
import { type Layout, steadyColumns } from '../movebank/layout.ts';
import { SAW_BARE_TIME } from './evidence.ts';
import { LineBound } from './line-bound.ts';
import type { Location } from './location.ts';
import { isMissingWord } from './missing.ts';
import { rejectCode } from './reject.ts';
import type { Row } from './row.ts';
import type { RowNotes } from './row-notes.ts';
import { Selection, type SelectionOptions } from './selection.ts';
import { type Series, type SeriesPeriod, SeriesTable } from './series.ts';
import { EARLIEST_MS, LATEST_MS, TimeReader } from './time.ts';
import { ValueReader } from './value-reader.ts';

/** Verdicts on a row. From REJECTED on, the rest is the reject's code. */
export const WRITE = 0;
export const FILTERED = 1;
export const REJECTED = 2;

const NO_TIMESTAMP = REJECTED + rejectCode('no-timestamp');
const BAD_TIMESTAMP = REJECTED + rejectCode('bad-timestamp');
const TIMESTAMP_OUT_OF_RANGE = REJECTED + rejectCode('timestamp-out-of-range');
const CELL_COUNT = REJECTED + rejectCode('cell-count');
const NO_FIELD = REJECTED + rejectCode('no-field');
const KEY_TOO_LONG = REJECTED + rejectCode('key-too-long');
const LINE_TOO_LONG = REJECTED + rejectCode('line-too-long');

export class RowReader {
  /** Scans the rows that are read here, all of them: a row may repeat the cells of the one before. */
  readonly cells: RowScanner;
  readonly series: SeriesTable;
  readonly row: Row;
  /** Where the location is among the row's values. */
  readonly location: Readonly<Location>;
  /** SAW_ bits by column, since the caller last cleared it. */
  readonly evidence: Uint8Array;

  readonly #layout: Layout;
  readonly #time: TimeReader;
  readonly #values: ValueReader;
  readonly #lineBound: LineBound;
  readonly #selection: Selection;
  readonly #nowMs: number;
  readonly #tagsAreSteady: boolean;
  /** What the series table found for the tags of the row, and so for those of the next if they are the same. */
  #found = 0;

  /**
   * @param selection which rows are wanted
   * @param nowMs later times are noted as in the future
   */
  constructor(layout: Layout, selection: SelectionOptions, nowMs: number) {
    this.#layout = layout;
    this.series = new SeriesTable(layout);
    this.#time = new TimeReader(layout.time.format, layout.time.offsetMinutes);
    this.#values = new ValueReader(layout);
    this.row = this.#values.row;
    this.location = this.#values.location;
    this.evidence = this.#values.evidence;
    this.#lineBound = new LineBound(layout);
    this.#selection = new Selection(selection);
    this.#nowMs = nowMs;
    const steady = steadyColumns(layout);
    this.cells = new RowScanner(layout.columns.length, layout.delimiter, steady);
    this.#tagsAreSteady = layout.columns.every((role, column) => role.role !== 'tag' || (column >= steady.from && column < steady.to));
  }

  /** Counts since the caller last replaced it. */
  get notes(): RowNotes {
    return this.#values.notes;
  }

  set notes(notes: RowNotes) {
    this.#values.notes = notes;
  }

  /** The row is marked `visible=false`. */
  get isOutlier(): boolean {
    return this.#values.isOutlier;
  }

  /**
   * Forget the rows before, as a new chunk begins. Rows of another chunk may be read in between all the same.
   *
   * @returns whether the numbers of all series are void
   */
  beginChunk(): boolean {
    this.cells.forgetSteady();
    return this.series.makeRoom();
  }

  /**
   * Read the row that `cells` has just scanned into `row`.
   *
   * Hot: once a row in each pass. No allocation, save for rare cells.
   *
   * @param rowStart the row's bytes in the window: `[rowStart, rowEnd)`
   * @returns WRITE, FILTERED, or REJECTED plus a code
   */
  read(window: ByteWindow, rowStart: number, rowEnd: number): number {
    const { cells, row } = this;
    const { bytes } = window;
    if (cells.cellCount !== this.#layout.columns.length) return CELL_COUNT;
    // Before anything can reject the row: the next one may repeat its tags.
    if (!cells.steadyRepeats || !this.#tagsAreSteady) this.#found = this.series.find(window, cells);
    const timeVerdict = this.#readTime(bytes);
    if (timeVerdict !== WRITE) return timeVerdict;
    const period = this.#found < 0 ? this.series.at(this.#found, row.timeMs) : undefined;
    row.series = period === undefined ? this.#found : period.series;
    row.attached = period?.attached;
    const series = this.series.all[row.series]!;
    if (series.keyTooLong) return KEY_TOO_LONG;
    if (!this.#values.read(bytes, cells)) return NO_FIELD;
    const addedBytes = series.prefix.length + (row.attached?.words.length ?? 0);
    if (this.#lineBound.isPassed(bytes, rowStart, rowEnd, addedBytes)) return LINE_TOO_LONG;

    this.#note(series, period);
    this.#values.compareTwins(bytes, cells);
    return this.#selection.wants(row.timeMs, series, this.isOutlier, this.location.latitudeAt >= 0) ? WRITE : FILTERED;
  }

  #readTime(bytes: Uint8Array): number {
    const { cells } = this;
    const { column } = this.#layout.time;
    const start = cells.starts[column]!;
    const end = cells.ends[column]!;
    const isQuoted = (cells.flags[column]! & QUOTED) !== 0;
    if (start === end) return NO_TIMESTAMP;
    const timeMs = this.#time.read(bytes, start, end);
    if (Number.isNaN(timeMs)) return !isQuoted && isMissingWord(bytes, start, end) ? NO_TIMESTAMP : BAD_TIMESTAMP;
    if (timeMs < EARLIEST_MS || timeMs > LATEST_MS) return TIMESTAMP_OUT_OF_RANGE;
    if (!isQuoted) this.evidence[column]! |= SAW_BARE_TIME;
    this.row.timeMs = timeMs;
    return WRITE;
  }

  /** Count what is worth telling of a row that is no reject. */
  #note(series: Series, period: SeriesPeriod | undefined): void {
    const { notes, location } = this;
    if (series.individual === undefined) notes.noIndividual++;
    if (location.note !== undefined) notes[location.note]++;
    if (this.isOutlier) notes.outlier++;
    if (this.row.timeMs > this.#nowMs) notes.futureTime++;
    if (this.#time.digitsCut) notes.digitsCut++;
    if (period?.isUnclear) notes.unclearDeployment++;
    for (const column of series.mendedColumns) notes.mendedTags[column]!++;
  }
}
