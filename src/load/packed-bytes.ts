// Text of which there may be very much, very much alike, kept small on its way
// from a worker to a file: a hostile export of one-byte rows has rejects whose
// reasons are forty times as long as itself.

import { gunzipSync, gzipSync } from 'node:zlib';
import { GrowingBytes } from '../growing-bytes.ts';

const PIECE_BYTES = 1 << 20;
/** A piece and a row of some length: unpacked into 16 KiB at a time, as by default, it would lie in memory twice. */
const UNPACKED_BYTES = PIECE_BYTES + (1 << 16);
const GZIP_LEVEL = 1;

/** In order; each is a gzip member of about PIECE_BYTES. */
export type PackedBytes = readonly Uint8Array[];

export class BytePacker {
  #open = new GrowingBytes();
  readonly #packed: Uint8Array[] = [];

  append(bytes: Uint8Array): void {
    this.#open.append(bytes);
    if (this.#open.length >= PIECE_BYTES) this.#pack();
  }

  /** All that was appended. The packer is of no use after. */
  take(): PackedBytes {
    if (this.#open.length > 0) this.#pack();
    return this.#packed;
  }

  #pack(): void {
    this.#packed.push(gzipSync(this.#open.take(), { level: GZIP_LEVEL }));
    this.#open = new GrowingBytes();
  }
}

/** What was packed, a piece at a time. */
export function* unpack(packed: PackedBytes): Generator<Uint8Array> {
  for (const piece of packed) yield gunzipSync(piece, { chunkSize: UNPACKED_BYTES });
}
