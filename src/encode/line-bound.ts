// Whether a row may make too long a line, told without writing it.
//
// Invariant: it depends on the row's bytes and its layout alone, so both passes
// reject the same rows.

import type { Layout } from '../movebank/layout.ts';

const MAX_LINE_BYTES = 1 << 20;
/** Only rows longer than this are measured; shorter ones cannot make too long a line. */
const MEASURED_ROW_BYTES = 1 << 18;

const QUOTE = 34;
const BACKSLASH = 92;

export class LineBound {
  /** All keys, twice for those of misfits, and what stands between them. */
  readonly #overheadBytes: number;

  constructor(layout: Layout) {
    this.#overheadBytes = layout.names.reduce((sum, name) => sum + 2 * Buffer.byteLength(name) + 16, 64);
  }

  /**
   * Whether the row in `bytes[start, end)` may make a line over 1 MiB.
   *
   * Hot: once a row; it looks at the bytes of rows of an unusual length only.
   *
   * @param addedBytes what the line has beside the row's cells and their keys
   */
  isPassed(bytes: Uint8Array, start: number, end: number, addedBytes: number): boolean {
    if (end - start <= MEASURED_ROW_BYTES) return false;
    let escapes = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE || byte === BACKSLASH) escapes++;
      else if (byte >= 0x80) escapes += 2;
    }
    return addedBytes + this.#overheadBytes + (end - start) + escapes > MAX_LINE_BYTES;
  }
}
