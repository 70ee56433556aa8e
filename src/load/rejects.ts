// Rejected rows: collected in a worker, written by the main thread.
//
// `rejects.csv` is the export's header and the rejected rows as they were, so
// that it can be mended and loaded again. `rejects.reasons.csv` says of each of
// its rows where it stood and why it was rejected.

import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFailure } from '../destination/directory.ts';
import { rejectReason } from '../encode/reject.ts';

export const REJECTS_FILE = 'rejects.csv';
export const REASONS_FILE = 'rejects.reasons.csv';
const REASONS_HEADER = 'row,offset,bytes,reason,explanation\n';

const LF = 10;

/** Rejects of one chunk. Crosses from the worker. */
export interface RejectedRows {
  /** Their bytes one after the other, each with a line end. */
  readonly bytes: Uint8Array;
  readonly places: readonly RejectPlace[];
}

export interface RejectPlace {
  /** Data row of the file, from 1. */
  readonly row: number;
  /** File offset. */
  readonly offset: number;
  /** Its length in the file; a very long one is kept in part. */
  readonly length: number;
  /** A code of REJECT_REASONS. */
  readonly reason: number;
  /** The server's own words, if it was the server that refused it. */
  readonly message?: string;
}

/** Collects the rejects of one chunk. */
export class RejectCollector {
  readonly #rejects: { readonly place: RejectPlace; readonly bytes: Uint8Array }[] = [];

  get count(): number {
    return this.#rejects.length;
  }

  /** @param bytes the row as it is in the file; copied */
  add(place: RejectPlace, bytes: Uint8Array): void {
    this.#rejects.push({ place, bytes: bytes.slice() });
  }

  /** All of them in file order. */
  take(): RejectedRows {
    const sorted = this.#rejects.sort((a, b) => a.place.row - b.place.row);
    const pieces = sorted.flatMap(({ bytes }) => (bytes.at(-1) === LF ? [bytes] : [bytes, Uint8Array.of(LF)]));
    return { bytes: new Uint8Array(Buffer.concat(pieces)), places: sorted.map(({ place }) => place) };
  }
}

/** Zeros while the files are not there. */
export interface RejectsLengths {
  readonly rejectsBytes: number;
  readonly reasonsBytes: number;
}

/** Writes both files in a directory. They come into being with the first reject. */
export class RejectsFile {
  readonly path: string;
  readonly #reasonsPath: string;
  readonly #header: Uint8Array;
  #lengths: RejectsLengths;

  /**
   * @param header the export's header row
   * @param lengths what of both files counts, if an earlier run began them
   * @throws SkeinError `destination` when they cannot be cut back to that
   */
  constructor(directory: string, header: Uint8Array, lengths: RejectsLengths = { rejectsBytes: 0, reasonsBytes: 0 }) {
    this.path = join(directory, REJECTS_FILE);
    this.#reasonsPath = join(directory, REASONS_FILE);
    this.#header = header;
    this.#lengths = { rejectsBytes: lengths.rejectsBytes, reasonsBytes: lengths.reasonsBytes };
    try {
      if (lengths.rejectsBytes > 0) {
        truncateSync(this.path, lengths.rejectsBytes);
        truncateSync(this.#reasonsPath, lengths.reasonsBytes);
      }
    } catch (cause) {
      throw writeFailure(this.path, cause);
    }
  }

  /** How long both files are. */
  get lengths(): RejectsLengths {
    return this.#lengths;
  }

  /** @throws SkeinError `destination` when the files cannot be written */
  append(rejects: RejectedRows): void {
    if (rejects.places.length === 0) return;
    const reasons = rejects.places.map(({ row, offset, length, reason, message }) => {
      const { name, text } = rejectReason(reason);
      const explanation = message === undefined ? text : `"${`${text}: ${message}`.replaceAll('"', '""')}"`;
      return `${row},${offset},${length},${name},${explanation}\n`;
    });
    try {
      if (this.#lengths.rejectsBytes === 0) {
        writeFileSync(this.path, this.#header, { mode: 0o600 });
        writeFileSync(this.#reasonsPath, REASONS_HEADER, { mode: 0o600 });
      }
      appendFileSync(this.path, rejects.bytes);
      appendFileSync(this.#reasonsPath, reasons.join(''));
      this.#lengths = { rejectsBytes: statSync(this.path).size, reasonsBytes: statSync(this.#reasonsPath).size };
    } catch (cause) {
      throw writeFailure(this.path, cause);
    }
  }
}
