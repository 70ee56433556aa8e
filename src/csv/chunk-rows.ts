// Read the rows that begin inside one byte range of a file.
//
// Input: a range and a way to read bytes. Output: its rows one by one, each
// scanned. The sequential definition of a row lies here and in `row-scanner`:
// a malformed row costs the physical line that it began on, up to its line
// feed, and reading goes on after that.
//
// Invariant: from a true row start, the rows and where the last one ends do not
// depend on the range's size. A guessed start may be wrong; `tiling` finds out.

import type { ByteWindow } from './byte-window.ts';
import { BLANK_LINE, MAX_ROW_BYTES, NEEDS_MORE, ROW, type RowScanner, type ScanOutcome } from './row-scanner.ts';

const LF = 10;
/** Read past a range's end at first, to finish its last row. */
const OVERHANG_BYTES = 8 << 10;
/** How much of an overlong physical line a reject keeps. */
export const KEPT_OF_LONG_LINE = 64 << 10;

/** No row begins in the rest of the range. */
export const END = -1;
export type RowOutcome = ScanOutcome | typeof END;

/** A file, or one of several that lie end to end. Both calls fill `target` whole or throw. */
export interface RowSource {
  /** Offsets of its first byte and just past its last. */
  readonly start: number;
  readonly end: number;
  read(target: Uint8Array, position: number): Promise<void>;
  readSync(target: Uint8Array, position: number): void;
}

/** A window that holds any range of `chunkBytes`, the byte before it and the longest row that begins in it. */
export function windowBytes(chunkBytes: number): number {
  return chunkBytes + 1 + MAX_ROW_BYTES + 1;
}

export class ChunkRows {
  /**
   * The last row's bytes in the window, line end included: `[rowStart, rowEnd)`.
   * Of a malformed line over MAX_ROW_BYTES, its first KEPT_OF_LONG_LINE bytes.
   */
  rowStart = 0;
  rowEnd = 0;

  readonly #source: RowSource;
  readonly #scanner: RowScanner;
  readonly #window: ByteWindow;
  /** The file offset of the window's first byte. */
  #base = 0;
  /** Where the next row begins and where the range ends, both file offsets. */
  #next = 0;
  #end = 0;

  constructor(source: RowSource, scanner: RowScanner, window: ByteWindow) {
    this.#source = source;
    this.#scanner = scanner;
    this.#window = window;
  }

  /** Begin at `start`, a row's first byte, and take the rows that begin before `end`. */
  async open(start: number, end: number): Promise<void> {
    await this.#load(start, end);
    this.#next = start;
  }

  /**
   * Begin after the first line feed at or after `start - 1`, taken for a row's end.
   *
   * @returns the guessed file offset, or -1 if no row can begin before `end`
   */
  async openByGuess(start: number, end: number): Promise<number> {
    await this.#load(start - 1, end);
    const feed = this.#window.bytes.indexOf(LF);
    const begin = this.#base + feed + 1;
    this.#next = begin < end ? begin : end;
    return begin < end ? begin : -1;
  }

  /** The file offset of the last row's first byte. */
  get rowOffset(): number {
    return this.#base + this.rowStart;
  }

  /** The file offset at which the next row begins: after END, where the next range's rows begin. */
  get nextOffset(): number {
    return this.#next;
  }

  /**
   * Scan the next row into the scanner's cells.
   *
   * Hot: once a row.
   */
  next(): RowOutcome {
    if (this.#next >= this.#end) return END;
    const window = this.#window;
    const at = this.#next - this.#base;
    let outcome = this.#scanner.scan(window, at);
    while (outcome === NEEDS_MORE) {
      this.#extend(at);
      outcome = this.#scanner.scan(window, at);
    }
    this.rowStart = at;
    if (outcome === ROW || outcome === BLANK_LINE) {
      this.rowEnd = this.#scanner.next;
      this.#next = this.#base + this.rowEnd;
    } else {
      this.#passLine(at);
    }
    return outcome;
  }

  async #load(from: number, end: number): Promise<void> {
    const to = Math.min(this.#source.end, end + OVERHANG_BYTES);
    this.#base = from;
    this.#end = Math.min(end, this.#source.end);
    await this.#source.read(this.#window.bytes.subarray(0, to - from), from);
    this.#window.endAt(to - from, to === this.#source.end);
  }

  /** Read on, up to the longest row that begins at `at`. */
  #extend(at: number): void {
    const { bytes, limit } = this.#window;
    const to = Math.min(this.#source.end - this.#base, at + MAX_ROW_BYTES);
    this.#source.readSync(bytes.subarray(limit, to), this.#base + limit);
    this.#window.endAt(to, this.#base + to === this.#source.end);
  }

  /** Pass over the physical line that begins at `at`, however long it is. */
  #passLine(at: number): void {
    const window = this.#window;
    let feed = window.bytes.indexOf(LF, at);
    if (feed === window.limit && !window.endsFile && window.limit - at < MAX_ROW_BYTES) {
      this.#extend(at);
      feed = window.bytes.indexOf(LF, at);
    }
    if (feed < window.limit) this.#next = this.#base + feed + 1;
    else if (window.endsFile) this.#next = this.#source.end;
    else this.#next = this.#findLineEnd(this.#base + window.limit);
    const length = this.#next - this.rowOffset;
    this.rowEnd = at + (length > MAX_ROW_BYTES ? KEPT_OF_LONG_LINE : length);
  }

  /** The file offset just past the first line feed at or after `position`, or where the file ends. */
  #findLineEnd(position: number): number {
    const piece = new Uint8Array(KEPT_OF_LONG_LINE);
    for (let at = position; at < this.#source.end; at += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, this.#source.end - at));
      this.#source.readSync(part, at);
      const feed = part.indexOf(LF);
      if (feed >= 0) return at + feed + 1;
    }
    return this.#source.end;
  }
}
