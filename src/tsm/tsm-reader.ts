// A TSM file on the disk, or one inside another file, read key by key in memory
// that does not grow with it. Nothing in it is believed: what is not as it was
// written is told.

import { crc32 } from 'node:zlib';
import { SkeinError } from '../errors.ts';
import { isIntact } from './block.ts';
import { type BlockPlace, CHECKSUM_BYTES, FOOTER_BYTES, HEADER, type KeyBlocks, readFooter, readIndexEntry } from './file.ts';
import { PagedBytes } from './paged-bytes.ts';
import { readInt32 } from './wide.ts';

const OUTSIDE = 'it points outside itself';

/** Where such a file lies. Crosses to the workers. */
export interface TsmPlace {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

export interface TsmReaderOptions {
  /** Read at once of the blocks, and as much of the index. */
  readonly pageBytes: number;
  /** It is a piece, with a checksum of the index behind it. */
  readonly isPiece: boolean;
}

export class TsmReader {
  /** The key that is next in the index; undefined past the last. */
  next: KeyBlocks | undefined;
  /** Where the index begins: just past the blocks. */
  readonly indexOffset: number;
  /** CRC-32 of the index. */
  readonly indexChecksum: number;
  readonly #place: TsmPlace;
  readonly #index: PagedBytes;
  readonly #blocks: PagedBytes;
  readonly #indexEnd: number;
  /** Just past `next` in the index. */
  #at: number;

  /** @throws SkeinError `destination` when it is not there or not whole; so do all methods */
  constructor(place: TsmPlace, { pageBytes, isPiece }: TsmReaderOptions) {
    this.#place = place;
    const { path, offset, length } = place;
    this.#index = new PagedBytes(path, offset, length, pageBytes);
    this.#blocks = new PagedBytes(path, offset, length, pageBytes);
    this.#indexEnd = length - FOOTER_BYTES - (isPiece ? CHECKSUM_BYTES : 0);
    if (HEADER.some((byte, i) => byte !== this.#read(this.#blocks, 0, HEADER.length)[i])) throw this.damage('its header is wrong');
    this.indexOffset = readFooter(this.#read(this.#index, this.#indexEnd, FOOTER_BYTES));
    if (this.indexOffset < HEADER.length || this.indexOffset > this.#indexEnd) throw this.damage(OUTSIDE);
    this.indexChecksum = this.#checkIndex(isPiece);
    this.#at = this.indexOffset;
    this.advance();
  }

  /** Go to the next key. */
  advance(): void {
    const rest = this.#indexEnd - this.#at;
    if (rest === 0) {
      this.next = undefined;
      return;
    }
    for (let least = 1; ; ) {
      const bytes = this.#read(this.#index, this.#at, least);
      const found = readIndexEntry(bytes.subarray(0, rest), 0);
      if (found !== undefined) {
        this.next = found.entry;
        this.#at += found.end;
        return;
      }
      if (bytes.length >= rest) throw this.damage('its index ends in the middle of an entry');
      least = Math.min(rest, 2 * bytes.length);
    }
  }

  /** Read the index through, before anything is made of what it says. @returns its CRC-32 */
  #checkIndex(isPiece: boolean): number {
    let checksum = 0;
    for (let at = this.indexOffset; at < this.#indexEnd; ) {
      const bytes = this.#read(this.#index, at, 1).subarray(0, this.#indexEnd - at);
      checksum = crc32(bytes, checksum);
      at += bytes.length;
    }
    if (!isPiece) return checksum;
    const end = this.#read(this.#index, this.#indexEnd, FOOTER_BYTES + CHECKSUM_BYTES);
    if (crc32(end.subarray(0, FOOTER_BYTES), checksum) !== readInt32(end, FOOTER_BYTES) >>> 0) {
      throw this.damage('its index has another checksum');
    }
    return checksum;
  }

  /**
   * A block, which is as it was written.
   *
   * @returns valid until the next call
   */
  read({ offset, size }: BlockPlace): Uint8Array<ArrayBuffer> {
    if (offset < HEADER.length || offset + size > this.indexOffset) throw this.damage(OUTSIDE);
    const block = this.#read(this.#blocks, offset, size).subarray(0, size);
    if (!isIntact(block)) throw this.damage(`the block at byte ${offset} has another checksum`);
    return block;
  }

  /** @returns what to throw where it is not as it was written */
  damage(why: string, cause?: unknown): SkeinError {
    return new SkeinError('destination', `${this.#place.path} is not as it was written: ${why}. Add --fresh to load the export again.`, {
      cause,
    });
  }

  #read(bytes: PagedBytes, at: number, least: number): Uint8Array<ArrayBuffer> {
    if (at < 0 || at + least > this.#place.length) throw this.damage(OUTSIDE);
    try {
      return bytes.from(at, least);
    } catch (cause) {
      throw this.damage((cause as Error).message, cause);
    }
  }
}
