// Rejected rows of one chunk, collected in a worker as the bytes that the files
// get: in a hostile file they are millions, so none becomes an object.

import { rejectCode, rejectReason } from '../encode/reject.ts';
import { BytePacker, type PackedBytes } from './packed-bytes.ts';

const LF = 10;
const REFUSED = rejectCode('refused');

/** Rejects of one chunk. Crosses from the worker. */
export interface RejectedRows {
  /** The rows as they were, one after the other, each with a line end. */
  readonly bytes: PackedBytes;
  /** A line of CSV for each: row, offset, length, reason and explanation. */
  readonly reasons: PackedBytes;
}

/** Where a row is in the file. */
export interface RowPlace {
  /** Data row, from 1. */
  readonly row: number;
  /** File offset. */
  readonly offset: number;
  /** Its length in the file; of a very long one only a part is kept. */
  readonly length: number;
}

export class RejectCollector {
  /** How many rows were added, and how many of them the server refused. */
  count = 0;
  refused = 0;
  readonly #rows = new BytePacker();
  readonly #reasons = new BytePacker();
  readonly #refusals: { readonly place: RowPlace; readonly message: string; readonly bytes: Uint8Array }[] = [];

  /**
   * @param reason a code of REJECT_REASONS
   * @param bytes the row as it is in the file; copied
   */
  add(place: RowPlace, reason: number, bytes: Uint8Array): void {
    const { name, text } = rejectReason(reason);
    this.count++;
    this.#append(place, name, text, bytes);
  }

  /** A row that was written and that the server refused, in its own words. Batches are answered in any order. */
  addRefused(place: RowPlace, message: string, bytes: Uint8Array): void {
    this.count++;
    this.refused++;
    this.#refusals.push({ place, message, bytes });
  }

  /** All of them in file order, those that the server refused after the others. */
  take(): RejectedRows {
    const { name, text } = rejectReason(REFUSED);
    for (const { place, message, bytes } of this.#refusals.sort((a, b) => a.place.row - b.place.row)) {
      this.#append(place, name, `"${`${text}: ${message}`.replaceAll('"', '""')}"`, bytes);
    }
    return { bytes: this.#rows.take(), reasons: this.#reasons.take() };
  }

  #append({ row, offset, length }: RowPlace, reason: string, explanation: string, bytes: Uint8Array): void {
    this.#rows.append(bytes);
    if (bytes.at(-1) !== LF) this.#rows.append(Uint8Array.of(LF));
    this.#reasons.append(Buffer.from(`${row},${offset},${length},${reason},${explanation}\n`));
  }
}
