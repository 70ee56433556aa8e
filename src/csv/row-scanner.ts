// Split one row of CSV into cells, as byte spans, without copying a byte.
//
// Input: bytes and the offset of a row's first byte. Output: the spans of the
// row's cells and where the next row begins. The grammar is RFC 4180 with LF or
// CRLF line ends and any delimiter; a quote is special only as a cell's first
// byte, a lone CR is an ordinary byte.
//
// Invariant: what `scan` decides depends on the bytes of the row alone, at most
// MAX_ROW_BYTES of them, never on where a buffer happens to end. So any reader
// that starts at the same offset sees the same rows.

import type { ByteWindow } from './byte-window.ts';
import { type Cells, DECIMAL_NUMBER, DOUBLED_QUOTES, QUOTED, WHOLE_NUMBER } from './cells.ts';
import { SteadyCells, type SteadyColumns } from './steady-cells.ts';

/** The longest row, its line end included. A longer one is malformed. */
export const MAX_ROW_BYTES = 1 << 20;

/** What `scan` found. The malformed kinds are the outcomes from UNCLOSED_QUOTE on. */
export const ROW = 0;
export const BLANK_LINE = 1;
/** The row goes on past the bytes at hand. */
export const NEEDS_MORE = 2;
export const UNCLOSED_QUOTE = 3;
export const TEXT_AFTER_QUOTE = 4;
export const ROW_TOO_LONG = 5;
export type ScanOutcome = 0 | 1 | 2 | 3 | 4 | 5;

const LF = 10;
const CR = 13;
const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

// A word of four bytes has a byte 0 where `(word - ONES) & ~word & HIGH_BITS` is not 0.
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;
const LF_WORD = LF * ONES;

export class RowScanner implements Cells {
  /** Those of the last row, valid until the next scan. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  /** How many cells the last row had. Those past `columnCount` are counted and not kept. */
  cellCount = 0;
  /** Offset of the next row's first byte; meaningless after NEEDS_MORE or a malformed row. */
  next = 0;
  /** The cells of the steady columns are, byte for byte, those of the row before. */
  steadyRepeats = false;

  readonly #columnCount: number;
  readonly #delimiter: number;
  readonly #steady: SteadyCells;

  /**
   * @param columnCount how many cells to keep
   * @param delimiter one byte below 128 that is in no number
   * @param steady columns that tend to repeat from row to row, if there are any
   */
  constructor(columnCount: number, delimiter: number, steady: SteadyColumns = { from: columnCount, to: columnCount }) {
    this.#columnCount = columnCount;
    this.#delimiter = delimiter;
    this.#steady = new SteadyCells(steady);
    this.starts = new Int32Array(columnCount);
    this.ends = new Int32Array(columnCount);
    this.flags = new Uint8Array(columnCount);
  }

  /** Compare the next row with none. */
  forgetSteady(): void {
    this.#steady.forget();
  }

  /**
   * Scan the row that begins at `at`, which lies before `window.limit`.
   *
   * Hot: once a row, over every byte of the file. No allocation. The line feed
   * at `bytes[limit]` ends every unquoted run, so those loops check no bounds.
   */
  scan(window: ByteWindow, at: number): ScanOutcome {
    const { bytes, view, limit } = window;
    const { starts, ends, flags } = this;
    const delimiter = this.#delimiter;
    const columnCount = this.#columnCount;
    const steady = this.#steady;
    const steadyFrom = steady.from;
    const delimiterWord = delimiter * ONES;
    const cap = Math.min(limit, at + MAX_ROW_BYTES);
    this.steadyRepeats = false;

    let column = 0;
    let position = at;
    for (;;) {
      if (column === steadyFrom && steady.repeat(window, position, cap, this)) {
        this.steadyRepeats = true;
        column = steady.to;
        position += steady.length;
        if (column === columnCount) {
          this.cellCount = column;
          this.next = position;
          return ROW;
        }
      }

      let byte = bytes[position]!;
      const isQuoted = byte === QUOTE && position < cap;
      if (isQuoted) byte = bytes[++position]!;
      const start = position;

      // Most cells are numbers, and to see that on the way costs less than to look again.
      if (byte === MINUS) position++;
      const whole = position;
      let flag = 0;
      while ((bytes[position]! - ZERO) >>> 0 <= 9) position++;
      if (position > whole) {
        flag = WHOLE_NUMBER;
        if (bytes[position] === POINT) {
          const fraction = ++position;
          while ((bytes[position]! - ZERO) >>> 0 <= 9) position++;
          flag = position > fraction ? DECIMAL_NUMBER : 0;
        }
      }

      let end: number;
      if (isQuoted) {
        if (bytes[position] !== QUOTE) flag = 0;
        flag |= QUOTED;
        for (;;) {
          while (position < cap && bytes[position] !== QUOTE) position++;
          if (position >= cap) return this.#openAt(window, at);
          if (position + 1 >= cap || bytes[position + 1] !== QUOTE) break;
          flag = QUOTED | DOUBLED_QUOTES;
          position += 2;
        }
        end = position++;
        if (position >= cap && !(window.endsFile && position === limit)) return this.#cutAt(window, at);
        byte = bytes[position]!;
        if (byte === CR && position < limit) {
          position++;
          if (position >= cap && !(window.endsFile && position === limit)) return this.#cutAt(window, at);
          if (position === limit) return TEXT_AFTER_QUOTE;
          byte = bytes[position]!;
          if (byte !== LF) return TEXT_AFTER_QUOTE;
        }
        if (byte !== delimiter && byte !== LF) return TEXT_AFTER_QUOTE;
      } else {
        byte = bytes[position]!;
        if (byte !== delimiter && byte !== LF) {
          flag = 0;
          // Four bytes at a time as long as none of them ends the cell.
          for (;;) {
            const word = view.getInt32(position, true);
            const delimiters = word ^ delimiterWord;
            const feeds = word ^ LF_WORD;
            if ((((delimiters - ONES) & ~delimiters) | ((feeds - ONES) & ~feeds)) & HIGH_BITS) break;
            position += 4;
          }
          byte = bytes[position]!;
          while (byte !== delimiter && byte !== LF) byte = bytes[++position]!;
        }
        end = position;
        if (byte === delimiter) {
          if (position >= cap) return ROW_TOO_LONG;
        } else if (position < limit && position > start && bytes[position - 1] === CR) end--;
      }
      if (column < columnCount) {
        starts[column] = start;
        ends[column] = end;
        flags[column] = flag;
      }
      column++;
      position++;
      if (byte === delimiter) continue;

      // Just past a line feed, or past the limit.
      if (position > limit) {
        if (!window.endsFile) return this.#cutAt(window, at);
        if (limit - at > MAX_ROW_BYTES) return ROW_TOO_LONG;
        this.next = limit;
      } else {
        if (position > cap) return ROW_TOO_LONG;
        this.next = position;
      }
      this.cellCount = column;
      if (column === 1 && end === at) return BLANK_LINE;
      if (column === columnCount && steadyFrom < columnCount && !this.steadyRepeats) steady.remember(window, this, this.next);
      return ROW;
    }
  }

  /** The bytes ended, or the longest row did, inside quotes. */
  #openAt(window: ByteWindow, at: number): ScanOutcome {
    if (window.limit - at >= MAX_ROW_BYTES || window.endsFile) return UNCLOSED_QUOTE;
    return NEEDS_MORE;
  }

  /** The bytes ended, outside quotes, before the row did. */
  #cutAt(window: ByteWindow, at: number): ScanOutcome {
    return window.limit - at >= MAX_ROW_BYTES ? ROW_TOO_LONG : NEEDS_MORE;
  }
}
