// Read what a row means out of its cells, or why it cannot be written.
//
// Input: a scanned row. Output: a verdict and, for a row that is wanted, its
// meaning in `row`.
//
// Both passes read rows with this code. Invariant: whether a row is rejected
// does not depend on what the survey found out about unknown columns, so both
// passes reject the same rows. A column of unknown type therefore counts as
// text where it is asked whether any value is left.

import { type ByteWindow, DOUBLED_QUOTES, QUOTED, RowScanner } from '../csv/row-scanner.ts';
import { type FieldType, type Layout, steadyColumns } from '../movebank/layout.ts';
import { booleanKind } from './boolean.ts';
import { coordinateOf, isSurelyWithin } from './coordinate.ts';
import { evidenceOf, SAW_BARE_TIME, SAW_TWIN_DIFFER } from './evidence.ts';
import { isMissingWord } from './missing.ts';
import {
  asciiText,
  DECIMAL_FORM,
  fitsInt64,
  INTEGER_FORM,
  integerOf,
  LOOSE_FORM,
  NOT_A_NUMBER,
  numberForm,
  tightenNumber,
} from './number.ts';
import { rejectCode } from './reject.ts';
import {
  DOUBLED_TEXT,
  FALSE,
  FLOAT,
  INTEGER,
  LEFT_OUT,
  MAX_REWRITTEN_CHARS,
  MISFIT,
  REWRITTEN_FLOAT,
  REWRITTEN_INTEGER,
  Row,
  TEXT,
} from './row.ts';
import { emptyNotes, type RowNotes } from './row-notes.ts';
import { Selection, type SelectionOptions } from './selection.ts';
import { SeriesTable } from './series.ts';
import { EARLIEST_MS, LATEST_MS, TimeReader } from './time.ts';

/** Verdicts on a row. From REJECTED on, the rest is the reject's code. */
export const WRITE = 0;
export const FILTERED = 1;
export const REJECTED = 2;

const MAX_LINE_BYTES = 1 << 20;
/** Only rows longer than this are measured; shorter ones cannot make too long a line. */
const MEASURED_ROW_BYTES = 1 << 18;

const NO_TIMESTAMP = REJECTED + rejectCode('no-timestamp');
const BAD_TIMESTAMP = REJECTED + rejectCode('bad-timestamp');
const TIMESTAMP_OUT_OF_RANGE = REJECTED + rejectCode('timestamp-out-of-range');
const CELL_COUNT = REJECTED + rejectCode('cell-count');
const NO_FIELD = REJECTED + rejectCode('no-field');
const KEY_TOO_LONG = REJECTED + rejectCode('key-too-long');
const LINE_TOO_LONG = REJECTED + rejectCode('line-too-long');

const AS_FLOAT = 0;
const AS_INTEGER = 1;
const AS_BOOLEAN = 2;
const AS_TEXT = 3;
const AS_UNKNOWN = 4;
const TYPE_CODE: Readonly<Record<FieldType | 'unknown', number>> = {
  float: AS_FLOAT,
  integer: AS_INTEGER,
  boolean: AS_BOOLEAN,
  text: AS_TEXT,
  unknown: AS_UNKNOWN,
};

const QUOTE = 34;
const BACKSLASH = 92;

export class RowReader {
  /** Scans the rows that are read here, all of them: a row may repeat the cells of the one before. */
  readonly cells: RowScanner;
  readonly series: SeriesTable;
  readonly row: Row;
  /** Counts since the caller last replaced it. */
  notes: RowNotes;
  /** SAW_ bits by column, since the caller last cleared it. */
  readonly evidence: Uint8Array;

  readonly #layout: Layout;
  readonly #fieldColumns: Int32Array;
  readonly #fieldTypes: Uint8Array;
  readonly #guessedColumns: ReadonlySet<number>;
  /** Columns of text whose missing cells are written as they stand. */
  readonly #keptColumns: readonly number[];
  readonly #numbersOnly: boolean;
  readonly #twins: readonly { readonly column: number; readonly of: number }[];
  readonly #tagsAreSteady: boolean;
  readonly #time: TimeReader;
  readonly #selection: Selection;
  readonly #nowMs: number;
  readonly #lineOverhead: number;
  /** What the series table found for the tags of the row, and so for those of the next if they are the same. */
  #found = 0;
  // Where the row's coordinates are among its values, -1 for none.
  #latitudeAt = -1;
  #longitudeAt = -1;
  /** Those that there are lie on Earth and are not zero, as far as their first digits tell. */
  #locationIsSure = true;
  /** What is to be told of the row's location, if it is not rejected. */
  #locationNote: 'noLocation' | 'halfLocation' | 'offEarth' | 'zeroLocation' | undefined;
  #isOutlier = false;
  /** A column of numbers in which the row has a quoted `NA`, or -1. */
  #quotedMissing = -1;

  /**
   * @param selection which rows are wanted
   * @param nowMs later times are noted as in the future
   */
  constructor(layout: Layout, selection: SelectionOptions, nowMs: number) {
    this.#layout = layout;
    this.series = new SeriesTable(layout);
    this.#selection = new Selection(selection);
    this.#nowMs = nowMs;
    this.#time = new TimeReader(layout.time.format, layout.time.offsetMinutes);

    const fields = layout.order.flatMap((column) => {
      const role = layout.columns[column]!;
      return role.role === 'field' ? [{ ...role, column }] : [];
    });
    this.row = new Row(fields.length);
    this.#fieldColumns = Int32Array.from(fields, (field) => field.column);
    this.#numbersOnly = layout.numbersOnly === true;
    this.#fieldTypes = Uint8Array.from(fields, ({ type }) => TYPE_CODE[this.#numbersOnly && type === 'unknown' ? 'float' : type]);
    this.#guessedColumns = new Set(fields.flatMap(({ column, guessed }) => (guessed ? [column] : [])));
    const keepsMissing = layout.keepsMissingText === true && !this.#numbersOnly;
    this.#keptColumns = fields.flatMap(({ column, type }) => (keepsMissing && type === 'text' ? [column] : []));
    this.#twins = fields.flatMap(({ column, twinOf }) => (twinOf === undefined ? [] : [{ column, of: twinOf }]));
    const steady = steadyColumns(layout);
    this.cells = new RowScanner(layout.columns.length, layout.delimiter, steady);
    this.#tagsAreSteady = layout.columns.every((role, column) => role.role !== 'tag' || (column >= steady.from && column < steady.to));
    this.#lineOverhead = layout.names.reduce((sum, name) => sum + 2 * Buffer.byteLength(name) + 16, 64);
    this.notes = emptyNotes(layout.columns.length);
    this.evidence = new Uint8Array(layout.columns.length);
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
    const { cells } = this;
    if (cells.cellCount !== this.#layout.columns.length) return CELL_COUNT;
    const { row, notes } = this;
    // Before anything can reject the row: the next one may repeat its tags.
    if (!cells.steadyRepeats || !this.#tagsAreSteady) this.#found = this.series.find(window, cells);
    const timeVerdict = this.#readTime(window.bytes, cells);
    if (timeVerdict !== WRITE) return timeVerdict;
    const period = this.#found < 0 ? this.series.at(this.#found, row.timeMs) : undefined;
    row.series = period === undefined ? this.#found : period.series;
    row.attached = period?.attached;
    const series = this.series.all[row.series]!;
    if (series.keyTooLong) return KEY_TOO_LONG;

    this.#readValues(window.bytes, cells);
    for (const column of this.#keptColumns) this.#keepMissing(window.bytes, cells, column);
    let left = row.count;
    if (this.#latitudeAt >= 0 || this.#longitudeAt >= 0) left -= this.#checkLocation(window.bytes);
    else if (this.#layout.latitude >= 0) this.#locationNote = 'noLocation';
    if (left === 0) {
      if (this.#quotedMissing < 0 || this.#numbersOnly) return NO_FIELD;
      // Its type made this cell a missing one. As text it is the row's only value, so it is kept as that.
      this.#addText(cells, this.#quotedMissing, MISFIT);
    }
    if (
      rowEnd - rowStart > MEASURED_ROW_BYTES &&
      this.#lineBound(window.bytes, rowStart, rowEnd, series.prefix.length + (row.attached?.words.length ?? 0)) > MAX_LINE_BYTES
    ) {
      return LINE_TOO_LONG;
    }

    if (series.individual === undefined) notes.noIndividual++;
    if (this.#locationNote !== undefined) notes[this.#locationNote]++;
    if (this.#isOutlier) notes.outlier++;
    if (row.timeMs > this.#nowMs) notes.futureTime++;
    if (this.#time.digitsCut) notes.digitsCut++;
    if (period?.isUnclear) notes.unclearDeployment++;
    for (const column of series.mendedColumns) notes.mendedTags[column]!++;
    for (const twin of this.#twins) this.#compareTwin(window.bytes, cells, twin.column, twin.of);
    return this.#selection.wants(row.timeMs, series, this.#isOutlier, this.#latitudeAt >= 0) ? WRITE : FILTERED;
  }

  /** Where among the row's values its latitude is, -1 where it has no location that is written. */
  get latitudeAt(): number {
    return this.#latitudeAt;
  }

  get longitudeAt(): number {
    return this.#longitudeAt;
  }

  /** The row is marked `visible=false`. */
  get isOutlier(): boolean {
    return this.#isOutlier;
  }

  #readTime(bytes: Uint8Array, cells: RowScanner): number {
    const column = this.#layout.time.column;
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

  /** Hot: over every field of every row. An empty cell costs one compare. */
  #readValues(bytes: Uint8Array, cells: RowScanner): void {
    const { row } = this;
    const { starts, ends, flags } = cells;
    const fieldColumns = this.#fieldColumns;
    const fieldTypes = this.#fieldTypes;
    const { latitude, longitude } = this.#layout;
    row.clear();
    this.#locationIsSure = true;
    this.#locationNote = undefined;
    this.#latitudeAt = -1;
    this.#longitudeAt = -1;
    this.#isOutlier = false;
    this.#quotedMissing = -1;
    for (let field = 0; field < fieldColumns.length; field++) {
      const column = fieldColumns[field]!;
      const start = starts[column]!;
      const end = ends[column]!;
      if (start === end) continue;
      switch (fieldTypes[field]) {
        case AS_FLOAT: {
          const form = numberForm(bytes, start, end);
          if (form === NOT_A_NUMBER) {
            this.#addNoNumber(bytes, cells, column);
            continue;
          }
          if (column === latitude || column === longitude) {
            const isPlain = form === DECIMAL_FORM || form === INTEGER_FORM;
            if (!isPlain || !isSurelyWithin(bytes, start, end, column === latitude ? 9 : 18)) this.#locationIsSure = false;
            if (column === latitude) this.#latitudeAt = row.count;
            else this.#longitudeAt = row.count;
          }
          if (form !== LOOSE_FORM) row.add(column, FLOAT, start, end);
          else this.#addRewritten(cells, column, REWRITTEN_FLOAT, tightenNumber(asciiText(bytes, start, end)));
          continue;
        }
        case AS_INTEGER: {
          const form = numberForm(bytes, start, end);
          if (form === INTEGER_FORM && fitsInt64(bytes, start, end)) row.add(column, INTEGER, start, end);
          else if (form === NOT_A_NUMBER) this.#addNoNumber(bytes, cells, column);
          else this.#addRewritten(cells, column, REWRITTEN_INTEGER, integerOf(asciiText(bytes, start, end)));
          continue;
        }
        case AS_BOOLEAN: {
          const kind = booleanKind(bytes, start, end);
          if (kind === MISFIT) {
            if ((flags[column]! & QUOTED) !== 0 || !isMissingWord(bytes, start, end)) this.#addMisfit(cells, column);
            continue;
          }
          row.add(column, kind, start, end);
          if (kind === FALSE && column === this.#layout.outlier) this.#isOutlier = true;
          continue;
        }
        case AS_UNKNOWN:
          this.evidence[column]! |= evidenceOf(bytes, start, end, (flags[column]! & QUOTED) !== 0);
      }
      if ((flags[column]! & QUOTED) === 0 && isMissingWord(bytes, start, end)) continue;
      this.#addText(cells, column, TEXT);
    }
  }

  /** Add a cell of text that stands for no value as it stands. */
  #keepMissing(bytes: Uint8Array, cells: RowScanner, column: number): void {
    const start = cells.starts[column]!;
    const end = cells.ends[column]!;
    const isBare = (cells.flags[column]! & QUOTED) === 0;
    if (start === end || (isBare && isMissingWord(bytes, start, end))) this.row.add(column, TEXT, start, end);
  }

  /** A cell of a column of numbers that holds none: missing, also in quotes, or kept as text. */
  #addNoNumber(bytes: Uint8Array, cells: RowScanner, column: number): void {
    if (isMissingWord(bytes, cells.starts[column]!, cells.ends[column]!)) {
      if ((cells.flags[column]! & QUOTED) !== 0 && this.#guessedColumns.has(column)) this.#quotedMissing = column;
      return;
    }
    this.#addMisfit(cells, column);
  }

  #addMisfit(cells: RowScanner, column: number): void {
    if (!this.#numbersOnly) this.notes.misfits[column]!++;
    this.#addText(cells, column, MISFIT);
  }

  #addRewritten(cells: RowScanner, column: number, kind: number, text: string | undefined): void {
    if (text !== undefined && text.length <= MAX_REWRITTEN_CHARS) {
      this.row.addRewritten(column, kind, text);
      return;
    }
    this.#addMisfit(cells, column);
  }

  /** @param kind TEXT or MISFIT, whose kinds for doubled quotes come right after them */
  #addText(cells: RowScanner, column: number, kind: typeof TEXT | typeof MISFIT): void {
    if (this.#numbersOnly) {
      this.notes.leftOutText[column]!++;
      return;
    }
    const doubled = (cells.flags[column]! & DOUBLED_QUOTES) === 0 ? 0 : DOUBLED_TEXT - TEXT;
    this.row.add(column, kind + doubled, cells.starts[column]!, cells.ends[column]!);
  }

  /**
   * Leave out half a location and one that is not on Earth.
   *
   * @returns how many values were left out
   */
  #checkLocation(bytes: Uint8Array): number {
    if (this.#locationIsSure && this.#latitudeAt >= 0 && this.#longitudeAt >= 0) return 0;
    const { row } = this;
    const latitude = this.#latitudeAt < 0 ? Number.NaN : coordinateOf(row, this.#latitudeAt, bytes);
    const longitude = this.#longitudeAt < 0 ? Number.NaN : coordinateOf(row, this.#longitudeAt, bytes);
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) {
      if (latitude === 0 && longitude === 0) this.#locationNote = 'zeroLocation';
      return 0;
    }
    this.#locationNote = this.#latitudeAt < 0 || this.#longitudeAt < 0 ? 'halfLocation' : 'offEarth';
    let leftOut = 0;
    for (const at of [this.#latitudeAt, this.#longitudeAt]) {
      if (at < 0) continue;
      row.kinds[at] = LEFT_OUT;
      leftOut++;
    }
    this.#latitudeAt = -1;
    this.#longitudeAt = -1;
    return leftOut;
  }

  #compareTwin(bytes: Uint8Array, cells: RowScanner, column: number, of: number): void {
    const a = bytes.subarray(cells.starts[column], cells.ends[column]);
    const b = bytes.subarray(cells.starts[of], cells.ends[of]);
    if (Buffer.compare(a, b) !== 0) this.evidence[column]! |= SAW_TWIN_DIFFER;
  }

  /** At least the bytes of the line, the same in both passes. Only for rows of an unusual length. */
  #lineBound(bytes: Uint8Array, rowStart: number, rowEnd: number, prefixBytes: number): number {
    let specials = 0;
    for (let i = rowStart; i < rowEnd; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE || byte === BACKSLASH) specials++;
      else if (byte >= 0x80) specials += 2;
    }
    return prefixBytes + this.#lineOverhead + (rowEnd - rowStart) + specials;
  }
}
