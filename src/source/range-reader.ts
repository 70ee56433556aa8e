// Read any range of a source of known size: of a file, or of the spool that
// holds what cannot be read so.

import { fstat, read, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { SkeinError } from '../errors.ts';

/** What tells one state of a source from another. Crosses to the workers. */
export interface SourceIdentity {
  /** Absolute; where there is no file, what stands for its path: a URL without its query, or `standard input`. */
  readonly path: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Of the file at `path`; 0 where there is none. */
  readonly mtimeMs: number;
  /** Set where the bytes are not those of the file at `path`. */
  readonly spool?: SpooledBytes;
}

/** What was unpacked or fetched, in a file that has no name, so that nobody else can change it. */
export interface SpooledBytes {
  /** Open in all threads of this process, until whoever opened the source closes it. */
  readonly fd: number;
  /** SHA-256 of all of it. */
  readonly hash: string;
}

/** What a FileHandle can do, as far as it is needed. */
interface OpenFile {
  readonly fd: number;
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  stat(): Promise<{ size: number; mtimeMs: number }>;
  close(): Promise<void>;
}

/** One open file. Both reads fill `target` whole, or throw a SkeinError `source` in words for the user. */
export class RangeReader {
  readonly path: string;
  readonly size: number;
  readonly #source: SourceIdentity;
  readonly #file: OpenFile;

  private constructor(source: SourceIdentity, file: OpenFile) {
    this.path = source.path;
    this.size = source.size;
    this.#source = source;
    this.#file = file;
  }

  /**
   * Open `source` for reading.
   *
   * @throws SkeinError `source` if it cannot be read, or is no longer what `source` says
   */
  static async open(source: SourceIdentity): Promise<RangeReader> {
    if (source.spool !== undefined) return new RangeReader(source, borrowed(source.spool.fd));
    const file = await open(source.path, 'r').catch((cause) => {
      throw readFailure(source.path, cause);
    });
    const reader = new RangeReader(source, file);
    try {
      await reader.checkUnchanged();
    } catch (error) {
      await reader.close();
      throw error;
    }
    return reader;
  }

  /** For a library that reads by itself, at positions of its own. */
  get fd(): number {
    return this.#file.fd;
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length; ) {
      const at = position + done;
      const { bytesRead } = await this.#file.read(target, done, target.length - done, at).catch((cause) => {
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
      return readSync(this.#file.fd, target, done, target.length - done, at);
    } catch (cause) {
      throw readFailure(this.path, cause, at);
    }
  }

  /** @throws SkeinError `source` if the file's size or modification time is no longer what it was */
  async checkUnchanged(): Promise<void> {
    if (this.#source.spool !== undefined) return;
    const { size, mtimeMs } = await this.#file.stat();
    if (size !== this.#source.size || mtimeMs !== this.#source.mtimeMs) throw changed(this.path);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const readAt = promisify(read);
const statOf = promisify(fstat);

/** The file behind `fd`, which stays open when this is closed. */
function borrowed(fd: number): OpenFile {
  return {
    fd,
    read: (target, offset, length, position) => readAt(fd, target, offset, length, position),
    stat: () => statOf(fd),
    close: async () => {},
  };
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
