// A file that is written from its start to its end, in large pieces.

import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';
import { BlockOutput } from '../tsm/block.ts';

const PIECE_BYTES = 1 << 20;
const OWNER_ONLY = 0o600;

/** All of it fails as the file system does. */
export class AppendFile {
  readonly #handle: number;
  readonly #held = new BlockOutput();
  #written = 0;
  #isOpen = true;

  constructor(path: string) {
    this.#handle = openSync(path, 'w+', OWNER_ONLY);
  }

  /** How much was appended. */
  get length(): number {
    return this.#written + this.#held.length;
  }

  append(bytes: Uint8Array): void {
    this.#held.append(bytes);
    if (this.#held.length >= PIECE_BYTES) this.#flush();
  }

  /** Append all of another one. */
  appendFile(other: AppendFile): void {
    other.#flush();
    const piece = new Uint8Array(Math.min(PIECE_BYTES, other.#written));
    for (let at = 0; at < other.#written; ) {
      const count = readSync(other.#handle, piece, 0, piece.length, at);
      this.append(piece.subarray(0, count));
      at += count;
    }
  }

  /** Make sure that it is on the disk. */
  sync(): void {
    this.#flush();
    fdatasyncSync(this.#handle);
  }

  /** More than once is as good. */
  close(): void {
    if (this.#isOpen) closeSync(this.#handle);
    this.#isOpen = false;
  }

  #flush(): void {
    for (let done = 0; done < this.#held.length; ) {
      done += writeSync(this.#handle, this.#held.bytes, done, this.#held.length - done, this.#written + done);
    }
    this.#written += this.#held.length;
    this.#held.length = 0;
  }
}
