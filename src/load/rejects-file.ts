// What is rejected, written by the main thread.
//
// Of a load, `rejects.csv` is the export's header and the rejected rows as they
// were, so that it can be mended and loaded again; of a replay, `rejects.lp` is
// the refused lines. `rejects.reasons.csv` says of each of them where it stood
// and why it was rejected. Exports that are loaded together have two such files
// each, `rejects-1.csv` those of the first, since their headers may differ.

import { appendFileSync, createReadStream, existsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeFailure } from '../write-failure.ts';
import { unpack } from './packed-bytes.ts';
import type { RejectedRows } from './reject-collector.ts';

const LINES_FILE = 'rejects.lp';

/** The name of the file of rejected rows of source `index`, one of `count`. */
function rowsFile(index: number, count: number): string {
  return count === 1 ? 'rejects.csv' : `rejects-${index + 1}.csv`;
}

/** The name of the file with the reasons beside it. */
function reasonsFile(name: string): string {
  return `${name.slice(0, name.lastIndexOf('.'))}.reasons.csv`;
}

/** Every name that a run of so many sources may give to a file of rejects. */
export function rejectsFiles(sourceCount: number): string[] {
  const names = [LINES_FILE, ...Array.from({ length: sourceCount }, (_, index) => rowsFile(index, sourceCount))];
  return names.flatMap((name) => [name, reasonsFile(name)]);
}

/** How the rejects of a run look. */
export interface RejectsFormat {
  readonly name: string;
  /** What comes before the first reject. */
  readonly header: Uint8Array;
  /** The names of the reasons' columns. */
  readonly reasons: string;
}

/** @param header the header row of source `index`, one of `count` */
export function rowRejects(header: Uint8Array, index: number, count: number): RejectsFormat {
  return { name: rowsFile(index, count), header, reasons: 'row,offset,bytes,reason,explanation' };
}

/** Lines of parts that a server refused. */
export const LINE_REJECTS: RejectsFormat = { name: LINES_FILE, header: new Uint8Array(0), reasons: 'part,line,explanation' };

/** Zeros while the files are not there. */
export interface RejectsLengths {
  readonly rejectsBytes: number;
  readonly reasonsBytes: number;
}

/**
 * Where in source `index`, one of `count`, the rows begin that the server refused, as the run in `directory` has written it down.
 *
 * @returns file offsets, rising; none where there is no such file
 */
export async function refusedOffsets(directory: string, index: number, count: number): Promise<Float64Array> {
  const path = join(directory, reasonsFile(rowsFile(index, count)));
  if (!existsSync(path)) return new Float64Array(0);
  const offsets: number[] = [];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const offset = /^\d+,(\d+),\d+,refused,/.exec(line)?.[1];
    if (offset !== undefined) offsets.push(Number(offset));
  }
  return Float64Array.from(offsets).sort();
}

/** Writes both files in a directory. They come into being with the first reject. */
export class RejectsFile {
  readonly path: string;
  readonly #reasonsPath: string;
  readonly #format: RejectsFormat;
  #lengths: RejectsLengths;

  /**
   * @param lengths what of both files counts, if an earlier run began them
   * @throws SkeinError `destination` when they cannot be cut back to that
   */
  constructor(directory: string, format: RejectsFormat, lengths: RejectsLengths = { rejectsBytes: 0, reasonsBytes: 0 }) {
    this.path = join(directory, format.name);
    this.#reasonsPath = join(directory, reasonsFile(format.name));
    this.#format = format;
    this.#lengths = { rejectsBytes: lengths.rejectsBytes, reasonsBytes: lengths.reasonsBytes };
    try {
      if (lengths.rejectsBytes > 0) {
        truncateSync(this.path, lengths.rejectsBytes);
        truncateSync(this.#reasonsPath, lengths.reasonsBytes);
      }
    } catch (cause) {
      throw writeFailure(this.path, cause, '--state');
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
        writeFileSync(this.path, this.#format.header, { mode: 0o600 });
        writeFileSync(this.#reasonsPath, `${this.#format.reasons}\n`, { mode: 0o600 });
      }
      for (const piece of unpack(rejects.bytes)) appendFileSync(this.path, piece);
      for (const piece of unpack(rejects.reasons)) appendFileSync(this.#reasonsPath, piece);
      this.#lengths = { rejectsBytes: statSync(this.path).size, reasonsBytes: statSync(this.#reasonsPath).size };
    } catch (cause) {
      throw writeFailure(this.path, cause, '--state');
    }
  }
}
