// A file for what cannot be read by range as it is: it is written once, from
// front to back, and then is a source.
//
// It lies in the system's folder for temporary files, which TMPDIR moves, and
// loses its name as soon as it is open, while it is empty. Invariant: so what is
// in it goes with this process, however that ends, and no other can change it.
// It stops growing before the disk is full.

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, unlinkSync, write } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { count } from '../counted.ts';
import { SkeinError } from '../errors.ts';
import type { OpenSource } from './open-source.ts';
import { SNIFF_BYTES } from './sniff.ts';

/** What is left to others on the disk. */
const RESERVE_BYTES = 64 << 20;
/** How much is written from one look at the free space to the next. */
const LOOK_BYTES = 16 << 20;

const writeAt = promisify(write);

export interface SpoolOptions {
  /** The source in words. */
  readonly name: string;
  /** Looks at the first SNIFF_BYTES as soon as they are there, or at all there is, and throws if they will not do. */
  readonly check: (head: Uint8Array, whole: boolean) => void;
  /** When it is aborted, nothing more is written. */
  readonly signal: AbortSignal | undefined;
}

export class SpoolFile {
  readonly #options: SpoolOptions;
  readonly #directory: string;
  readonly #fd: number;
  #hash = createHash('sha256');
  readonly #head = new Uint8Array(SNIFF_BYTES);
  #size = 0;
  /** The free space is looked at when `size` reaches this. */
  #look = 0;

  /** @throws SkeinError `destination` when there is no place for it */
  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#directory = tmpdir();
    const path = join(this.#directory, `skein-${crypto.randomUUID()}`);
    try {
      this.#fd = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  /** Bytes that were written. */
  get size(): number {
    return this.#size;
  }

  /**
   * Make sure that there is room.
   *
   * @param bytes how many more there will be, at least
   * @throws SkeinError `destination` when there is not
   */
  async expect(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#directory).catch((cause) => {
      throw this.#failure(cause);
    });
    if (bavail * bsize - RESERVE_BYTES >= bytes) return;
    const [needed, free] = [bytes, bavail * bsize].map((size) => `${count(Math.ceil(size / 1e6))} MB`);
    throw new SkeinError(
      'destination',
      bytes > 0
        ? `${this.#options.name} takes ${needed} or more in ${this.#directory} while it is read, and ${free} are free there. Make room, or name another folder with TMPDIR.`
        : `${this.#options.name} does not fit into ${this.#directory}, where it is put while it is read: after ${count(Math.floor(this.#size / 1e6))} MB of it no more than ${free} are free there. Make room, or name another folder with TMPDIR.`,
    );
  }

  /** Add bytes. They must not change until it is done. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#options.signal?.aborted) throw stopped();
    if (this.#size >= this.#look) {
      await this.expect(0);
      this.#look = this.#size + LOOK_BYTES;
    }
    this.#hash.update(bytes);
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await writeAt(this.#fd, bytes, done, bytes.length - done, this.#size + done).catch((cause) => {
        throw this.#failure(cause);
      });
      done += bytesWritten;
    }
    const before = this.#size;
    this.#size += bytes.length;
    if (before >= SNIFF_BYTES) return;
    this.#head.set(bytes.subarray(0, SNIFF_BYTES - before), before);
    if (this.#size >= SNIFF_BYTES) this.#options.check(this.#head, false);
  }

  /** Forget all that was written. */
  clear(): void {
    ftruncateSync(this.#fd, 0);
    this.#hash = createHash('sha256');
    this.#size = 0;
    this.#look = 0;
  }

  /** Everything is written. @param mtimeMs of the file that it came from, or 0 */
  finish(mtimeMs: number): OpenSource {
    const head = this.#head.subarray(0, this.#size);
    if (this.#size < SNIFF_BYTES) this.#options.check(head, true);
    const spool = { fd: this.#fd, hash: this.#hash.digest('hex') };
    return {
      identity: { path: this.#options.name, size: this.#size, mtimeMs, spool },
      head,
      close: () => this.close(),
    };
  }

  close(): void {
    closeSync(this.#fd);
  }

  #failure(cause: unknown): unknown {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) return cause;
    return new SkeinError(
      'destination',
      `${this.#options.name} is put into ${this.#directory} while it is read, and that failed: ${message}. Make room there, or name another folder with TMPDIR.`,
      { cause },
    );
  }
}

/** The run was stopped before it had a source. */
export function stopped(): SkeinError {
  return new SkeinError('interrupted', 'Stopped before all of the source was there; nothing was written.');
}
