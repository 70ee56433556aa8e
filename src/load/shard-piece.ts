// A TSM file inside a part, read from the disk key by key.

import { closeSync, openSync, readSync } from 'node:fs';
import { SkeinError } from '../errors.ts';
import { FOOTER_BYTES, type KeyBlocks, readFooter, readIndexEntry } from '../tsm/file.ts';

/** Where such a file lies. Crosses to the workers. */
export interface ShardPlace {
  /** Of the part. */
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** Read of an index at once, unless one key's entry is longer. */
const PAGE_BYTES = 64 << 10;

/** It holds no file open: there may be more pieces than a process may have files. */
export class ShardPiece {
  /** The key that is next in the index, with places in this piece; undefined past the last. */
  next: KeyBlocks | undefined;
  readonly #place: ShardPlace;
  /** The page, where it begins in the piece, and where in it the next key does. */
  #page = new Uint8Array(0);
  #pageStart: number;
  #at = 0;
  readonly #indexEnd: number;

  /** @throws SkeinError `destination` when it is not there or not whole */
  constructor(place: ShardPlace) {
    this.#place = place;
    this.#indexEnd = place.length - FOOTER_BYTES;
    this.#pageStart = readFooter(this.read(this.#indexEnd, FOOTER_BYTES));
    this.advance();
  }

  /** Go to the next key. */
  advance(): void {
    const at = this.#pageStart + this.#at;
    if (at === this.#indexEnd) {
      this.next = undefined;
      return;
    }
    let found = readIndexEntry(this.#page, this.#at);
    for (let bytes = PAGE_BYTES; found === undefined; bytes *= 2) {
      if (this.#pageStart === at && this.#page.length === this.#indexEnd - at) throw this.damage();
      this.#page = this.read(at, Math.min(bytes, this.#indexEnd - at));
      this.#pageStart = at;
      this.#at = 0;
      found = readIndexEntry(this.#page, 0);
    }
    this.next = found.entry;
    this.#at = found.end;
  }

  /** Bytes of the piece. Their memory is their own. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const { path, offset: start, length: most } = this.#place;
    if (offset < 0 || length < 0 || offset + length > most) throw this.damage();
    const bytes = new Uint8Array(length);
    let handle: number | undefined;
    try {
      handle = openSync(path, 'r');
      for (let done = 0; done < length; ) {
        const count = readSync(handle, bytes, done, length - done, start + offset + done);
        if (count === 0) throw new Error('it is cut off');
        done += count;
      }
    } catch (cause) {
      throw this.damage(cause);
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
    return bytes;
  }

  /** What to throw where it is not as it was written. */
  damage(cause?: unknown): SkeinError {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    return new SkeinError(
      'destination',
      `${this.#place.path} is not as it was written${why}. Add --fresh to load the export again.`,
      cause === undefined ? {} : { cause },
    );
  }
}
