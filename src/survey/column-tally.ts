// What a chunk's rows hold, column by column. It takes about as long as the rest of a
// survey, so it is done only for people who ask.

import { DOUBLED_QUOTES, QUOTED } from '../csv/cells.ts';
import type { RowScanner } from '../csv/row-scanner.ts';
import { booleanKind } from '../encode/boolean.ts';
import { putDecimal } from '../encode/decimal.ts';
import { isMissingWord } from '../encode/missing.ts';
import { asciiText, LOOSE_FORM, NOT_A_NUMBER, numberForm, tightenNumber } from '../encode/number.ts';
import { TRUE } from '../encode/row.ts';
import { type ColumnRole, type Layout, steadyColumns } from '../movebank/layout.ts';
import { addExample, type ColumnSummary, EXAMPLES, emptyColumn } from './column-summary.ts';

/** Bytes of a value that are shown as an example. */
const EXAMPLE_BYTES = 60;

const FILLED = 1;
/** Filled with a quoted `NA`. */
const FILLED_MISSING = 2;

const AS_NUMBER = 1;
const AS_BOOLEAN = 2;
const AS_TEXT = 4;

export class ColumnTally {
  readonly #kinds: Uint8Array;
  #columns: ColumnSummary[] = [];
  /** The bytes of the examples. */
  #exampleBytes: Uint8Array[][] = [];
  readonly #number = new Float64Array(1);
  // An animal's cells, which tend to be those of the row before: rows that repeat them are counted as one.
  readonly #steadyFrom: number;
  readonly #steadyTo: number;
  #repeats = 0;
  /** The steady cells of a row of this chunk are known, and each was empty, FILLED or FILLED_MISSING. */
  #knowsSteady = false;
  readonly #was: Uint8Array;

  constructor(layout: Layout) {
    this.#kinds = Uint8Array.from(layout.columns, kindOf);
    this.#was = new Uint8Array(layout.columns.length);
    const { from, to } = steadyColumns(layout);
    this.#steadyFrom = from;
    this.#steadyTo = to;
    this.#begin();
  }

  /** Hot: once a row that is no reject, over every cell. */
  count(bytes: Uint8Array, cells: RowScanner): void {
    this.#countCells(bytes, cells, 0, this.#steadyFrom);
    if (cells.steadyRepeats && this.#knowsSteady) this.#repeats++;
    else {
      this.#addRepeats();
      this.#countCells(bytes, cells, this.#steadyFrom, this.#steadyTo);
      this.#knowsSteady = true;
    }
    this.#countCells(bytes, cells, this.#steadyTo, this.#kinds.length);
  }

  /** Count the steady cells of the rows that repeated them. */
  #addRepeats(): void {
    for (let column = this.#steadyFrom; column < this.#steadyTo && this.#repeats > 0; column++) {
      const summary = this.#columns[column]!;
      if (this.#was[column] !== 0) summary.filled += this.#repeats;
      if (this.#was[column] === FILLED_MISSING) summary.quotedMissing += this.#repeats;
    }
    this.#repeats = 0;
  }

  /** Hot: over every cell from column `from` to before `to`. */
  #countCells(bytes: Uint8Array, { starts, ends, flags }: RowScanner, from: number, to: number): void {
    for (let column = from; column < to; column++) {
      const start = starts[column]!;
      const end = ends[column]!;
      this.#was[column] = 0;
      if (start === end) continue;
      const summary = this.#columns[column]!;
      if (isMissingWord(bytes, start, end)) {
        if ((flags[column]! & QUOTED) === 0) continue;
        summary.quotedMissing++;
        this.#was[column] = FILLED_MISSING;
      } else this.#was[column] = FILLED;
      summary.filled++;
      const kind = this.#kinds[column]!;
      if ((kind & AS_NUMBER) !== 0) this.#noteNumber(summary, bytes, start, end);
      if ((kind & AS_TEXT) !== 0) {
        if (summary.examples.length < EXAMPLES) this.#noteText(column, bytes, start, end, (flags[column]! & DOUBLED_QUOTES) !== 0);
      } else if ((kind & AS_BOOLEAN) !== 0 && booleanKind(bytes, start, end) === TRUE) summary.trues++;
    }
  }

  /** Hand over what was counted and begin anew. */
  take(): ColumnSummary[] {
    this.#addRepeats();
    const columns = this.#columns;
    this.#begin();
    return columns;
  }

  #noteNumber(summary: ColumnSummary, bytes: Uint8Array, start: number, end: number): void {
    const form = numberForm(bytes, start, end);
    if (form === NOT_A_NUMBER) return;
    const number = this.#number;
    if (form === LOOSE_FORM) number[0] = Number(tightenNumber(asciiText(bytes, start, end)));
    else putDecimal(bytes, start, end, number, 0);
    if (number[0]! < summary.least) summary.least = number[0]!;
    if (number[0]! > summary.most) summary.most = number[0]!;
  }

  #noteText(column: number, bytes: Uint8Array, start: number, end: number, isDoubled: boolean): void {
    // One byte more tells a text that is cut from one that is not.
    const keptEnd = Math.min(end, start + EXAMPLE_BYTES + 1);
    const known = this.#exampleBytes[column]!;
    for (const example of known) {
      if (example.length !== keptEnd - start) continue;
      let i = 0;
      while (i < example.length && example[i] === bytes[start + i]) i++;
      if (i === example.length) return;
    }
    const kept = Buffer.from(bytes.subarray(start, keptEnd));
    known.push(kept);
    const isCut = kept.length > EXAMPLE_BYTES;
    // What is cut in the middle of a character is no character.
    const text = isCut ? `${kept.toString('utf8', 0, EXAMPLE_BYTES).replace(/\ufffd+$/, '')}…` : kept.toString('utf8');
    addExample(this.#columns[column]!, isDoubled ? text.replaceAll('""', '"') : text);
  }

  #begin(): void {
    this.#knowsSteady = false;
    this.#columns = Array.from(this.#kinds, emptyColumn);
    this.#exampleBytes = Array.from(this.#kinds, () => []);
  }
}

function kindOf(role: ColumnRole): number {
  if (role.role !== 'field') return AS_TEXT;
  if (role.type === 'unknown') return AS_NUMBER | AS_TEXT;
  if (role.type === 'boolean') return AS_BOOLEAN;
  return role.type === 'text' ? AS_TEXT : AS_NUMBER;
}
