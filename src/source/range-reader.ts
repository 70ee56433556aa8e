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

/** One open file. Both reads fill `target` whole, or throw a SkeinError `source` in words for the user. */
export class RangeReader {
  readonly path: string;
  readonly size: number;
  readonly #source: SourceIdentity;
  readonly #handle: FileHandle;

  private constructor(source: SourceIdentity, handle: FileHandle) {
    this.path = source.path;
    this.size = source.size;
    this.#source = source;
    this.#handle = handle;
  }

  /**
   * Open `source` for reading.
   *
   * @throws SkeinError `source` if it cannot be read, or is no longer what `source` says
   */
  static async open(source: SourceIdentity): Promise<RangeReader> {
    const handle = await open(source.path, 'r').catch((cause) => {
      throw readFailure(source.path, cause);
    });
    const reader = new RangeReader(source, handle);
    try {
      await reader.checkUnchanged();
    } catch (error) {
      await reader.close();
      throw error;
    }
    return reader;
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length; ) {
      const at = position + done;
      const { bytesRead } = await this.#handle.read(target, done, target.length - done, at).catch((cause) => {
        throw readFailure(this.path, cause, at);
      });
      if (bytesRead === 0) throw changed(this.path);
      done += bytesRead;
    }
  }

  readSync(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length; ) {
      const bytesRead = this.#readSync(target, done, position + done);
      if (bytesRead === 0) throw changed(this.path);
      done += bytesRead;
    }
  }

  #readSync(target: Uint8Array, done: number, at: number): number {
    try {
      return readSync(this.#handle.fd, target, done, target.length - done, at);
    } catch (cause) {
      throw readFailure(this.path, cause, at);
    }
  }

  /** @throws SkeinError `source` if the file's size or modification time is no longer what it was */
  async checkUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size !== this.#source.size || mtimeMs !== this.#source.mtimeMs) throw changed(this.path);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/**
 * Make sure that a pass over `source` has read one state of it.
 *
 * @throws SkeinError `source` if what lies at its path is no longer what it was
 */
export async function checkUnchanged(source: SourceIdentity): Promise<void> {
  await (await RangeReader.open(source)).close();
}

/**
 * A sentence for a file that could not be read; a bug as it is.
 *
 * @param position the file offset that was to be read, if it was open
 */
export function readFailure(path: string, cause: unknown, position?: number): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  const options = { cause };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new SkeinError('source', `There is no file ${path}. Check the spelling and the folder.`, options);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new SkeinError('source', `${path} may not be read by this user. Change its permissions.`, options);
  }
  const where = position === undefined ? '' : ` at byte ${position}`;
  return new SkeinError(
    'source',
    `${path} cannot be read${where}: ${message}. See to the disk or the network drive that it is on, then run the same command again: a load goes on where it was.`,
    options,
  );
}

function changed(path: string): SkeinError {
  return new SkeinError(
    'source',
    `${path} changed while it was being read. Wait until nothing writes to it, then run the same command again; a load that has begun to write wants --fresh then.`,
  );
}
