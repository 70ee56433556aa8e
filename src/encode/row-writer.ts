// What becomes of the rows that are wanted: lines or columns. Nobody else knows.

import type { ByteWindow } from '../csv/byte-window.ts';
import type { Row } from './row.ts';
import type { SeriesHead } from './series.ts';

/** Gathers rows in one form or another, until it is full. */
export interface RowWriter {
  /** Rows written since `clear`. */
  readonly lines: number;
  /** String values that held something that could not be carried, by column, since `clear`. */
  readonly mendedText: readonly number[];

  /** Whether there are enough rows to be sent, or no room for one more. */
  isFull(maxLines: number): boolean;
  clear(): void;

  /**
   * Hot: once a row. No allocation, save for text that is no UTF-8.
   *
   * @param source the bytes that the row's spans lie in
   */
  write(row: Row, series: SeriesHead, source: ByteWindow): void;

  /** @param eventId written in place of its own, also where it has none; undefined leaves its own */
  writeDecided(row: Row, series: SeriesHead, source: ByteWindow, eventId: bigint | undefined): void;
}
