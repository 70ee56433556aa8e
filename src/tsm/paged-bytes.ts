// Bytes of a file on the disk, read in pages from front to back.

import { closeSync, openSync, readSync } from 'node:fs';

/** It holds no file open: there may be more of them than a process may have files. */
export class PagedBytes {
  readonly #path: string;
  readonly #start: number;
  readonly #length: number;
  readonly #pageBytes: number;
  #memory = new Uint8Array(0);
  /** What is in memory now, and where it begins. */
  #page = new Uint8Array(0);
  #pageStart = 0;

  /** Bytes `[start, start + length)` of the file at `path`, read `pageBytes` at once or as many as are asked for. */
  constructor(path: string, start: number, length: number, pageBytes: number) {
    this.#path = path;
    this.#start = start;
    this.#length = length;
    this.#pageBytes = pageBytes;
  }

  /**
   * The bytes from `at` on, `least` of them or more, as far as they are in memory then.
   *
   * @returns valid until the next call
   * @param least not more than there are
   * @throws Error when the file is shorter, and as the file system does
   */
  from(at: number, least: number): Uint8Array<ArrayBuffer> {
    const inPage = at - this.#pageStart;
    if (inPage < 0 || inPage + least > this.#page.length) this.#load(at, Math.min(Math.max(least, this.#pageBytes), this.#length - at));
    return this.#page.subarray(at - this.#pageStart);
  }

  #load(at: number, length: number): void {
    if (length > this.#memory.length) this.#memory = new Uint8Array(length);
    // A page that was read halfway is none.
    this.#page = this.#memory.subarray(0, 0);
    const handle = openSync(this.#path, 'r');
    try {
      for (let done = 0; done < length; ) {
        const count = readSync(handle, this.#memory, done, length - done, this.#start + at + done);
        if (count === 0) throw new Error('it is cut off');
        done += count;
      }
    } finally {
      closeSync(handle);
    }
    this.#page = this.#memory.subarray(0, length);
    this.#pageStart = at;
  }
}
