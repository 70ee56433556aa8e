// What a row means: its series, its time and its typed values, as byte spans in
// the bytes they came in. How a row is written is a writer's business.

import type { Attached } from './attached.ts';

/** Kinds of a value; each says how its span is to be read. */
export const FLOAT = 0;
export const INTEGER = 1;
export const TRUE = 2;
export const FALSE = 3;
export const TEXT = 4;
/** Text in which `""` stands for one quote. */
export const DOUBLED_TEXT = 5;
/** A value that does not fit its column's type, kept as text under another key. */
export const MISFIT = 6;
export const DOUBLED_MISFIT = 7;
/** Numbers that had to be written anew: the span lies in `rewritten`. */
export const REWRITTEN_FLOAT = 8;
export const REWRITTEN_INTEGER = 9;
/** Half a location: not to be written. */
export const LEFT_OUT = 10;

/** Cells longer than this are never written anew. */
export const MAX_REWRITTEN_CHARS = 400;
/** A number written anew is at most this much longer than its cell. */
const REWRITTEN_GROWTH = 31;

/** One row. It is reused: all of it is valid until the next row is read into it. */
export class Row {
  /** Number of the series in the reader's table. */
  series = 0;
  timeMs = 0;
  /** What it has beside the values of its cells. */
  attached: Attached | undefined;
  /** How many values there are, those LEFT_OUT among them. */
  count = 0;
  /** Value `i` is of column `columns[i]` and lies in `[starts[i], ends[i])`. */
  readonly columns: Int32Array;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly rewritten: Uint8Array;
  #rewrittenEnd = 0;

  /** @param fieldCount the most values that a row can have */
  constructor(fieldCount: number) {
    this.columns = new Int32Array(fieldCount);
    this.kinds = new Uint8Array(fieldCount);
    this.starts = new Int32Array(fieldCount);
    this.ends = new Int32Array(fieldCount);
    this.rewritten = new Uint8Array(fieldCount * (MAX_REWRITTEN_CHARS + REWRITTEN_GROWTH));
  }

  clear(): void {
    this.count = 0;
    this.#rewrittenEnd = 0;
  }

  /** Hot: once a value. */
  add(column: number, kind: number, start: number, end: number): void {
    const i = this.count++;
    this.columns[i] = column;
    this.kinds[i] = kind;
    this.starts[i] = start;
    this.ends[i] = end;
  }

  /** Add a number in other words than the file's. */
  addRewritten(column: number, kind: number, text: string): void {
    const start = this.#rewrittenEnd;
    for (let i = 0; i < text.length; i++) this.rewritten[this.#rewrittenEnd++] = text.charCodeAt(i);
    this.add(column, kind, start, this.#rewrittenEnd);
  }
}
