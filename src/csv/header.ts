// Read a CSV's first row: its column names, its delimiter, where the data begin.

import { ByteWindow } from './byte-window.ts';
import { DOUBLED_QUOTES } from './cells.ts';
import { BLANK_LINE, NEEDS_MORE, ROW, ROW_TOO_LONG, RowScanner } from './row-scanner.ts';

/** More columns than any export has. A file with more is no table. */
export const MAX_COLUMNS = 10_000;

const DELIMITERS = [',', ';', '\t'].map((text) => text.charCodeAt(0));
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

export interface Header {
  /** As found, without quotes. */
  readonly names: readonly string[];
  /** One byte. */
  readonly delimiter: number;
  /** The row as it stands in the file, without a byte order mark, with its line end if it has one. */
  readonly bytes: Uint8Array;
  /** File offset just past the row: where the first data row begins. */
  readonly end: number;
}

/**
 * Read the header at the start of `head`; empty lines before it are passed over.
 *
 * @param head the file's first bytes: all of them, or at least MAX_ROW_BYTES
 * @param endsFile `head` is the whole file
 * @returns the header, or in words why there is none
 */
export function readHeader(head: Uint8Array, endsFile: boolean): Header | string {
  const window = ByteWindow.over(head);
  window.endAt(head.length, endsFile);
  let start = BYTE_ORDER_MARK.every((byte, i) => head[i] === byte) ? BYTE_ORDER_MARK.length : 0;
  let best: { scanner: RowScanner; delimiter: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const scanner = new RowScanner(MAX_COLUMNS, delimiter);
    let outcome = start < window.limit ? scanner.scan(window, start) : BLANK_LINE;
    while (outcome === BLANK_LINE) {
      if (start >= window.limit || scanner.next >= window.limit) return 'holds no line of text';
      start = scanner.next;
      outcome = scanner.scan(window, start);
    }
    if (outcome === NEEDS_MORE || outcome === ROW_TOO_LONG) return 'has a first row of more than 1 MiB';
    if (outcome !== ROW) continue;
    if (best === undefined || scanner.cellCount > best.scanner.cellCount) best = { scanner, delimiter };
  }
  if (best === undefined) return 'has a first row that is no CSV: a quote in it is not closed, or text follows a closing quote';
  const { scanner, delimiter } = best;
  if (scanner.cellCount > MAX_COLUMNS) return `has ${scanner.cellCount} columns; more than ${MAX_COLUMNS} are not read`;
  const names = Array.from({ length: scanner.cellCount }, (_, column) => cellText(window.bytes, scanner, column));
  return { names, delimiter, bytes: head.slice(start, scanner.next), end: scanner.next };
}

/** The text of one cell of the row last scanned. For headers and messages, not for every row. */
export function cellText(bytes: Uint8Array, cells: RowScanner, column: number): string {
  const span = bytes.subarray(cells.starts[column], cells.ends[column]);
  const text = Buffer.from(span).toString('utf8');
  return (cells.flags[column]! & DOUBLED_QUOTES) === 0 ? text : text.replaceAll('""', '"');
}
