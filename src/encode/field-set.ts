// Write a row's values as the field set of a line: `key=value,key=value`.
//
// Format: InfluxDB line protocol v2 reference. Numbers as they stand in the
// file, integers with `i`, keys escaped, values in the order of the row.
//
// Invariant: the target has room for the longest field set, so nothing here
// checks bounds. Bytes are copied in words, which overshoot by up to 7 bytes;
// what is written next lies over them.

import type { ByteWindow } from '../csv/byte-window.ts';
import type { Layout } from '../movebank/layout.ts';
import { textKey } from '../movebank/layout.ts';
import {
  DOUBLED_MISFIT,
  DOUBLED_TEXT,
  FALSE,
  FLOAT,
  INTEGER,
  LEFT_OUT,
  MISFIT,
  REWRITTEN_FLOAT,
  REWRITTEN_INTEGER,
  type Row,
  TEXT,
  TRUE,
} from './row.ts';
import { escapeKey, StringFieldWriter } from './text.ts';
import { put, type Words, wordsOf } from './words.ts';

const COMMA = 44;
const LOWER_I = 105;

const TRUE_WORDS = wordsOf('true');
const FALSE_WORDS = wordsOf('false');

export class FieldSetWriter {
  readonly target: Uint8Array;
  readonly view: DataView;
  /** String values that held something that could not be carried, by column, since the caller last cleared it. */
  readonly mendedText: number[];

  /** `key=` for each column, escaped, and the same with the key for misfits. */
  readonly #keys: readonly Words[];
  readonly #misfitKeys: readonly Words[];
  readonly #strings = new StringFieldWriter('quoted');

  /** @param roomBytes of the target, beside what all keys take */
  constructor(layout: Layout, roomBytes: number) {
    const keyWords = (key: string): Words => wordsOf(`${escapeKey(key)}=`);
    this.#keys = layout.columns.map((role) => keyWords(role.role === 'field' ? role.key : ''));
    this.#misfitKeys = layout.columns.map((role) => keyWords(role.role === 'field' ? textKey(role.key) : ''));
    this.mendedText = new Array(layout.columns.length).fill(0);
    const allKeys = this.#misfitKeys.reduce((sum, key) => sum + key.length + 8, 0);
    this.target = Buffer.allocUnsafeSlow(roomBytes + allKeys);
    this.view = new DataView(this.target.buffer, this.target.byteOffset, this.target.length);
  }

  /**
   * Write the values of `row` to `target[at...]`.
   *
   * Hot: once a row. No allocation, save for text that is no UTF-8.
   *
   * @param source the bytes that the row's spans lie in
   * @param omit the column whose value is not written, -1 for none; one that does not fit is another field's
   * @returns the offset just past them; `at` if there are none
   */
  write(row: Row, source: ByteWindow, from: number, omit: number): number {
    const { target, view } = this;
    const keys = this.#keys;
    const { columns, kinds, starts, ends, count } = row;
    let at = from;
    for (let i = 0; i < count; i++) {
      const kind = kinds[i]!;
      const column = columns[i]!;
      if (kind === LEFT_OUT || (column === omit && kind !== MISFIT && kind !== DOUBLED_MISFIT)) continue;
      if (at !== from) target[at++] = COMMA;
      at = put(kind === MISFIT || kind === DOUBLED_MISFIT ? this.#misfitKeys[column]! : keys[column]!, view, at);
      const start = starts[i]!;
      const end = ends[i]!;
      switch (kind) {
        case FLOAT:
          at = copy(source.view, start, end, view, at);
          break;
        case INTEGER:
          at = copy(source.view, start, end, view, at);
          target[at++] = LOWER_I;
          break;
        case TRUE:
          at = put(TRUE_WORDS, view, at);
          break;
        case FALSE:
          at = put(FALSE_WORDS, view, at);
          break;
        case REWRITTEN_FLOAT:
          target.set(row.rewritten.subarray(start, end), at);
          at += end - start;
          break;
        case REWRITTEN_INTEGER:
          target.set(row.rewritten.subarray(start, end), at);
          at += end - start;
          target[at++] = LOWER_I;
          break;
        case TEXT:
        case MISFIT:
          at = this.#writeText(column, source.bytes, start, end, false, at);
          break;
        case DOUBLED_TEXT:
        case DOUBLED_MISFIT:
          at = this.#writeText(column, source.bytes, start, end, true, at);
          break;
      }
    }
    if (row.attached !== undefined) {
      if (at !== from) target[at++] = COMMA;
      at = put(row.attached.words, view, at);
    }
    return at;
  }

  #writeText(column: number, source: Uint8Array, start: number, end: number, doubledQuotes: boolean, at: number): number {
    const past = this.#strings.write(source, start, end, doubledQuotes, this.target, at);
    if (this.#strings.changed) this.mendedText[column]!++;
    return past;
  }
}

/**
 * Copy bytes between any two places.
 *
 * Hot: once a number. Nearly all are under 16 bytes, where words without a loop
 * beat a byte loop by half and a call to `set` by more.
 *
 * @returns the offset just past the last byte that counts
 */
function copy(source: DataView, start: number, end: number, target: DataView, at: number): number {
  target.setInt32(at, source.getInt32(start, true), true);
  target.setInt32(at + 4, source.getInt32(start + 4, true), true);
  for (let from = start + 8, to = at + 8; from < end; from += 4, to += 4) target.setInt32(to, source.getInt32(from, true), true);
  return at + (end - start);
}
