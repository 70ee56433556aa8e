// Where a run keeps what it writes: its journal and its rejects in one
// directory, and for a directory destination the parts or shards, the manifest
// and the mapping in another, mostly the same.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Part } from '../destination/destination.ts';
import { partName } from '../destination/directory.ts';
import { SkeinError } from '../errors.ts';
import { writeFailure } from '../write-failure.ts';
import { type JournalContent, JournalWriter, type RunRecord, readJournal } from './journal.ts';
import { rejectsFiles } from './rejects-file.ts';
import { checkLock, takeLock } from './run-lock.ts';
import { shardNames } from './shard-files.ts';
import { removeShard } from './shard-paths.ts';

export const JOURNAL_FILE = 'journal.ndjson';
/** Written last: a directory of parts without it is unfinished. */
export const MANIFEST_FILE = 'manifest.json';
const MAPPING_FILE = 'mapping.json';
const LOCK_FILE = 'lock';

export class RunDirectory {
  /** Absolute; of the journal and the rejects. */
  readonly path: string;
  /** Absolute; of the mapping, and of the parts and the manifest where there are any. */
  readonly output: string;
  readonly #hasParts: boolean;

  /** @param output undefined where there are no parts */
  constructor(path: string, output: string | undefined) {
    this.path = path;
    this.output = output ?? path;
    this.#hasParts = output !== undefined;
  }

  /**
   * Keep other runs out.
   *
   * @returns how to let them in again
   * @throws SkeinError `state` when another run is at work here, `destination` when the directory holds something else
   */
  lock(): () => void {
    for (const directory of new Set([this.path, this.output])) {
      const names = namesIn(directory);
      if (names.length > 0 && !this.#isOurs(directory, names)) {
        throw new SkeinError(
          'destination',
          `${directory} is not empty and holds no Skein load (it has ${names[0]}). Name another directory.`,
        );
      }
    }
    const made = [...new Set([this.path, this.output])].filter((directory) => this.#try(directory, () => makeDirectory(directory)));
    const lock = join(this.path, LOCK_FILE);
    // A run that was refused before it wrote anything leaves nothing.
    const leave = (): void => {
      for (const directory of made) if (namesIn(directory).length === 0) rmdirSync(directory);
    };
    try {
      checkLock(lock);
      this.#try(lock, () => takeLock(lock));
    } catch (error) {
      leave();
      throw error;
    }
    return () => {
      rmSync(lock, { force: true });
      leave();
    };
  }

  /** Parts whose journal is elsewhere are named by it. */
  #isOurs(directory: string, names: readonly string[]): boolean {
    if ([JOURNAL_FILE, MANIFEST_FILE, LOCK_FILE].some((name) => names.includes(name))) return true;
    return directory === this.output && this.earlier()?.run.destination === directory;
  }

  /** What an earlier run left, or undefined. */
  earlier(): JournalContent | undefined {
    const path = join(this.path, JOURNAL_FILE);
    if (!namesIn(this.path).includes(JOURNAL_FILE)) return undefined;
    try {
      return readJournal(path);
    } catch (cause) {
      throw new SkeinError(
        'state',
        `${path} cannot be read, so what belongs to the earlier load is not known. Empty the directory yourself.`,
        { cause },
      );
    }
  }

  /** Remove what an earlier run left, nothing else, and begin the journal. */
  begin(run: RunRecord): JournalWriter {
    const journal = join(this.path, JOURNAL_FILE);
    const earlier = this.earlier();
    // First of all nothing of the earlier run is done any more: a kill among the
    // removals must not leave a journal that says otherwise.
    if (earlier !== undefined) JournalWriter.begin(journal, earlier.run);
    for (const name of [MANIFEST_FILE, MAPPING_FILE]) rmSync(join(this.output, name), { force: true });
    for (const { sources } of [run, ...(earlier === undefined ? [] : [earlier.run])]) {
      for (const name of rejectsFiles(sources.length)) rmSync(join(this.path, name), { force: true });
    }
    if (earlier !== undefined) {
      this.removeParts(earlier.run);
      const parts = earlier.records.flatMap(({ part }) => part ?? []);
      this.removeShards(earlier.run, parts);
    }
    return JournalWriter.begin(journal, run);
  }

  /** Remove what there is of the parts of a run. */
  removeParts({ chunks, shardSeconds }: RunRecord): void {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const path = join(this.output, partName(chunk, shardSeconds === undefined ? 'lines' : 'shards'));
      for (const name of [path, `${path}.tmp`]) rmSync(name, { force: true });
    }
  }

  /** Remove what there is of the shards that come of `parts`. */
  removeShards({ shardSeconds }: RunRecord, parts: readonly Part[]): void {
    if (shardSeconds === undefined) return;
    for (const name of shardNames(parts, shardSeconds)) removeShard(join(this.output, name));
  }

  /** Go on with the journal of an earlier run. */
  resume(earlier: JournalContent): JournalWriter {
    if (!earlier.done) rmSync(join(this.output, MANIFEST_FILE), { force: true });
    return JournalWriter.resume(join(this.path, JOURNAL_FILE), earlier);
  }

  get mappingPath(): string {
    return join(this.output, MAPPING_FILE);
  }

  writeMapping(mapping: unknown): void {
    this.#writeWhole(this.mappingPath, mapping);
  }

  writeManifest(manifest: unknown): void {
    this.#writeWhole(join(this.output, MANIFEST_FILE), manifest);
  }

  /** Write a JSON file that is whole or not there. */
  #writeWhole(path: string, content: unknown): void {
    this.#try(path, () => {
      const handle = openSync(`${path}.tmp`, 'w', 0o600);
      writeFileSync(handle, `${JSON.stringify(content, null, 2)}\n`);
      fsyncSync(handle);
      closeSync(handle);
      renameSync(`${path}.tmp`, path);
    });
  }

  #try<Result>(path: string, action: () => Result): Result {
    try {
      return action();
    } catch (cause) {
      throw writeFailure(path, cause, this.#hasParts && path.startsWith(this.output) ? '--to' : '--state');
    }
  }
}

/**
 * Make a directory for its owner alone, and those above it. Node's own way (`recursive`) never ends where the file system
 * makes no directories and says that there is none, as in an automounter's folder or in `/proc`.
 *
 * @returns whether it was not there
 */
function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return false;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
  }
  makeDirectory(dirname(path));
  return makeDirectory(path);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR')
      throw new SkeinError('destination', `${directory} is a file, not a directory. Name another with --to.`, { cause });
    throw writeFailure(directory, cause, '--to');
  }
}
