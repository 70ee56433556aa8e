// Read a row's cells as the typed values of its fields.
//
// Input: scanned cells. Output: the values in a `Row`, and what is worth telling
// of them. What does not fit its column's type is kept as text under another
// key; what stands for no value is none.

import { type Cells, DOUBLED_QUOTES, QUOTED } from '../csv/cells.ts';
import type { FieldType, Layout } from '../movebank/layout.ts';
import { booleanKind } from './boolean.ts';
import { evidenceOf, SAW_TWIN_DIFFER } from './evidence.ts';
import { Location } from './location.ts';
import { isMissingWord } from './missing.ts';
import { asciiText, fitsInt64, formOf, INTEGER_FORM, integerOf, LOOSE_FORM, NOT_A_NUMBER, tightenNumber } from './number.ts';
import { DOUBLED_TEXT, FALSE, FLOAT, INTEGER, MAX_REWRITTEN_CHARS, MISFIT, REWRITTEN_FLOAT, REWRITTEN_INTEGER, Row, TEXT } from './row.ts';
import { emptyNotes, type RowNotes } from './row-notes.ts';

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

export class ValueReader {
  /** The values of the row last read; its series and time are the caller's business. */
  readonly row: Row;
  readonly location: Location;
  /** The row is marked `visible=false`. */
  isOutlier = false;
  /** Counts since the caller last replaced it. */
  notes: RowNotes;
  /** SAW_ bits by column, since the caller last cleared it. */
  readonly evidence: Uint8Array;

  readonly #fieldColumns: Int32Array;
  readonly #fieldTypes: Uint8Array;
  readonly #guessedColumns: ReadonlySet<number>;
  /** Columns of text whose missing cells are written as they stand. */
  readonly #keptColumns: readonly number[];
  readonly #numbersOnly: boolean;
  readonly #outlier: number;
  readonly #twins: readonly { readonly column: number; readonly of: number }[];
  /** A column of numbers in which the row has a quoted `NA`, or -1. */
  #quotedMissing = -1;

  constructor(layout: Layout) {
    const fields = layout.order.flatMap((column) => {
      const role = layout.columns[column]!;
      return role.role === 'field' ? [{ ...role, column }] : [];
    });
    this.row = new Row(fields.length);
    this.location = new Location(layout);
    this.#outlier = layout.outlier;
    this.#fieldColumns = Int32Array.from(fields, (field) => field.column);
    this.#numbersOnly = layout.numbersOnly === true;
    this.#fieldTypes = Uint8Array.from(fields, ({ type }) => TYPE_CODE[this.#numbersOnly && type === 'unknown' ? 'float' : type]);
    this.#guessedColumns = new Set(fields.flatMap(({ column, guessed }) => (guessed ? [column] : [])));
    const keepsMissing = layout.keepsMissingText === true && !this.#numbersOnly;
    this.#keptColumns = fields.flatMap(({ column, type }) => (keepsMissing && type === 'text' ? [column] : []));
    this.#twins = fields.flatMap(({ column, twinOf }) => (twinOf === undefined ? [] : [{ column, of: twinOf }]));
    this.notes = emptyNotes(layout.columns.length);
    this.evidence = new Uint8Array(layout.columns.length);
  }

  /**
   * Read the values of the row whose cells are `cells`.
   *
   * Hot: once a row in each pass. No allocation, save for rare cells.
   *
   * @returns whether there are any to be written
   */
  read(bytes: Uint8Array, cells: Cells): boolean {
    const { row, location } = this;
    row.clear();
    location.clear();
    this.isOutlier = false;
    this.#quotedMissing = -1;
    this.#readFields(bytes, cells);
    for (const column of this.#keptColumns) this.#keepMissing(bytes, cells, column);
    if (row.count > location.check(row, bytes)) return true;
    if (this.#quotedMissing < 0 || this.#numbersOnly) return false;
    // Its type made this cell a missing one. As text it is the row's only value, so it is kept as that.
    this.#addText(cells, this.#quotedMissing, MISFIT);
    return true;
  }

  /** See which columns with the same meaning as another one differ from it. */
  compareTwins(bytes: Uint8Array, { starts, ends }: Cells): void {
    for (const { column, of } of this.#twins) {
      const cell = bytes.subarray(starts[column], ends[column]);
      if (Buffer.compare(cell, bytes.subarray(starts[of], ends[of])) !== 0) this.evidence[column]! |= SAW_TWIN_DIFFER;
    }
  }

  /** Hot: over every field of every row. An empty cell costs one compare. */
  #readFields(bytes: Uint8Array, cells: Cells): void {
    const { row, location } = this;
    const { starts, ends, flags } = cells;
    const fieldColumns = this.#fieldColumns;
    const fieldTypes = this.#fieldTypes;
    for (let field = 0; field < fieldColumns.length; field++) {
      const column = fieldColumns[field]!;
      const start = starts[column]!;
      const end = ends[column]!;
      if (start === end) continue;
      const flag = flags[column]!;
      switch (fieldTypes[field]) {
        case AS_FLOAT: {
          const form = formOf(bytes, start, end, flag);
          if (form === NOT_A_NUMBER) {
            this.#addNoNumber(bytes, cells, column);
            continue;
          }
          if (form !== LOOSE_FORM) row.add(column, FLOAT, start, end);
          else if (!this.#addRewritten(cells, column, REWRITTEN_FLOAT, tightenNumber(asciiText(bytes, start, end)))) continue;
          location.take(bytes, column, form, start, end, row.count - 1);
          continue;
        }
        case AS_INTEGER: {
          const form = formOf(bytes, start, end, flag);
          if (form === INTEGER_FORM && fitsInt64(bytes, start, end)) row.add(column, INTEGER, start, end);
          else if (form === NOT_A_NUMBER) this.#addNoNumber(bytes, cells, column);
          else this.#addRewritten(cells, column, REWRITTEN_INTEGER, integerOf(asciiText(bytes, start, end)));
          continue;
        }
        case AS_BOOLEAN: {
          const kind = booleanKind(bytes, start, end);
          if (kind === MISFIT) {
            if ((flag & QUOTED) !== 0 || !isMissingWord(bytes, start, end)) this.#addMisfit(cells, column);
            continue;
          }
          row.add(column, kind, start, end);
          if (kind === FALSE && column === this.#outlier) this.isOutlier = true;
          continue;
        }
        case AS_UNKNOWN:
          this.evidence[column]! |= evidenceOf(bytes, start, end, flag);
      }
      if ((flag & QUOTED) === 0 && isMissingWord(bytes, start, end)) continue;
      this.#addText(cells, column, TEXT);
    }
  }

  /** Add a cell of text that stands for no value as it stands. */
  #keepMissing(bytes: Uint8Array, cells: Cells, column: number): void {
    const start = cells.starts[column]!;
    const end = cells.ends[column]!;
    const isBare = (cells.flags[column]! & QUOTED) === 0;
    if (start === end || (isBare && isMissingWord(bytes, start, end))) this.row.add(column, TEXT, start, end);
  }

  /** A cell of a column of numbers that holds none: missing, also in quotes, or kept as text. */
  #addNoNumber(bytes: Uint8Array, cells: Cells, column: number): void {
    if (isMissingWord(bytes, cells.starts[column]!, cells.ends[column]!)) {
      if ((cells.flags[column]! & QUOTED) !== 0 && this.#guessedColumns.has(column)) this.#quotedMissing = column;
      return;
    }
    this.#addMisfit(cells, column);
  }

  #addMisfit(cells: Cells, column: number): void {
    if (!this.#numbersOnly) this.notes.misfits[column]!++;
    this.#addText(cells, column, MISFIT);
  }

  /** @returns whether it was added as a number */
  #addRewritten(cells: Cells, column: number, kind: number, text: string | undefined): boolean {
    if (text !== undefined && text.length <= MAX_REWRITTEN_CHARS) {
      this.row.addRewritten(column, kind, text);
      return true;
    }
    this.#addMisfit(cells, column);
    return false;
  }

  /** @param kind TEXT or MISFIT, whose kinds for doubled quotes come right after them */
  #addText(cells: Cells, column: number, kind: typeof TEXT | typeof MISFIT): void {
    if (this.#numbersOnly) {
      this.notes.leftOutText[column]!++;
      return;
    }
    const doubled = (cells.flags[column]! & DOUBLED_QUOTES) === 0 ? 0 : DOUBLED_TEXT - TEXT;
    this.row.add(column, kind + doubled, cells.starts[column]!, cells.ends[column]!);
  }
}
