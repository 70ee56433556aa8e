// Read any range of a file of known size.

import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SkeinError } from '../errors.ts';

/** What tells one state of a file from another. */
export interface SourceIdentity {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** One open file. Both reads fill `target` whole, or throw that the file became shorter. */
export class RangeReader {
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(path: string, size: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
  }

  /**
   * Open `source` for reading.
   *
   * @throws SkeinError `source` if its size or modification time is no longer what `source` says
   */
  static async open(source: SourceIdentity): Promise<RangeReader> {
    const handle = await open(source.path, 'r');
    const stat = await handle.stat();
    if (stat.size !== source.size || stat.mtimeMs !== source.mtimeMs) {
      await handle.close();
      throw changed(source.path);
    }
    return new RangeReader(source.path, source.size, handle);
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length; ) {
      const { bytesRead } = await this.#handle.read(target, done, target.length - done, position + done);
      if (bytesRead === 0) throw changed(this.path);
      done += bytesRead;
    }
  }

  readSync(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length; ) {
      const bytesRead = readSync(this.#handle.fd, target, done, target.length - done, position + done);
      if (bytesRead === 0) throw changed(this.path);
      done += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function changed(path: string): SkeinError {
  return new SkeinError(
    'source',
    `${path} changed while it was being read. Wait until nothing writes to it, then run the same command again.`,
  );
}
