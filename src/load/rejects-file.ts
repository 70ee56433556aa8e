// Rejected rows, written by the main thread.
//
// `rejects.csv` is the export's header and the rejected rows as they were, so
// that it can be mended and loaded again. `rejects.reasons.csv` says of each of
// its rows where it stood and why it was rejected.

import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFailure } from '../destination/directory.ts';
import type { RejectedRows } from './reject-collector.ts';

export const REJECTS_FILE = 'rejects.csv';
export const REASONS_FILE = 'rejects.reasons.csv';
const REASONS_HEADER = 'row,offset,bytes,reason,explanation\n';

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
    if (rejects.bytes.length === 0) return;
    try {
      if (this.#lengths.rejectsBytes === 0) {
        writeFileSync(this.path, this.#header, { mode: 0o600 });
        writeFileSync(this.#reasonsPath, REASONS_HEADER, { mode: 0o600 });
      }
      appendFileSync(this.path, rejects.bytes);
      appendFileSync(this.#reasonsPath, rejects.reasons);
      this.#lengths = { rejectsBytes: statSync(this.path).size, reasonsBytes: statSync(this.#reasonsPath).size };
    } catch (cause) {
      throw writeFailure(this.path, cause);
    }
  }
}
