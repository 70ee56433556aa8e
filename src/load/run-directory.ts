// The folder of one run: its journal, its rejects, the mapping it used, and for
// a directory destination the parts and the manifest.
//
// The journal is the only state of a running load: a line for the run, a line
// for each chunk that is done, and a line that ends it. A directory's manifest
// is written from it, once, at the end; a directory without one is unfinished.

import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Part, Target } from '../destination/destination.ts';
import { partName, writeFailure } from '../destination/directory.ts';
import { SkeinError } from '../errors.ts';
import type { SourceIdentity } from '../source/range-reader.ts';
import type { Books } from './books.ts';
import { REASONS_FILE, REJECTS_FILE } from './rejects.ts';

const JOURNAL_FILE = 'journal.ndjson';
const MANIFEST_FILE = 'manifest.json';
const MAPPING_FILE = 'mapping.json';

export interface RunRecord {
  readonly journal: 1;
  readonly source: SourceIdentity;
  readonly destination: string;
  /** How many parts the run may make: their names are those of the chunks. */
  readonly chunks: number;
}

export interface ChunkRecord {
  readonly chunk: number;
  readonly books: Books;
  readonly part?: Part | undefined;
}

/** Where a run into a server keeps its state. */
export function stateDirectory(source: SourceIdentity, target: Target): string {
  const base = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  const hash = createHash('sha256')
    .update(JSON.stringify([source.path, describeTarget(target)]))
    .digest('hex');
  return join(base, 'skein', hash.slice(0, 16));
}

/** The destination in words, without secrets. */
export function describeTarget(target: Target): string {
  return target.kind === 'directory' ? target.path : `${target.url}, bucket ${target.bucket}`;
}

export class RunDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get mappingPath(): string {
    return join(this.path, MAPPING_FILE);
  }

  /**
   * Make sure that a run can begin here, and change nothing.
   *
   * @param fresh an earlier load may be replaced
   * @throws SkeinError `state` when the folder holds a load, `destination` when it holds something else
   */
  check(fresh: boolean): void {
    const names = this.#names();
    const holdsLoad = names.includes(JOURNAL_FILE) || names.includes(MANIFEST_FILE);
    if (holdsLoad && !fresh) {
      const done = names.includes(MANIFEST_FILE) || this.#journalLines().at(-1) === '{"done":true}';
      const state = done ? 'a load that is finished' : 'a load that was begun and not finished';
      throw new SkeinError('state', `${this.path} holds ${state}. Add --fresh to start over, or name another place.`);
    }
    if (!holdsLoad && names.length > 0) {
      throw new SkeinError(
        'destination',
        `${this.path} is not empty and holds no Skein load (it has ${names[0]}). Name another directory with --to.`,
      );
    }
  }

  /** Empty the folder of an earlier load, of nothing else, and begin the journal. */
  begin(run: RunRecord): void {
    try {
      this.#removeEarlierLoad();
      mkdirSync(this.path, { recursive: true });
      writeFileSync(this.#file(JOURNAL_FILE), `${JSON.stringify(run)}\n`, { mode: 0o600 });
    } catch (cause) {
      throw writeFailure(this.path, cause);
    }
  }

  writeMapping(mapping: unknown): void {
    this.#writeWhole(MAPPING_FILE, mapping);
  }

  append(record: ChunkRecord): void {
    this.#append(record);
  }

  #append(record: ChunkRecord | { done: true }): void {
    try {
      appendFileSync(this.#file(JOURNAL_FILE), `${JSON.stringify(record)}\n`);
    } catch (cause) {
      throw writeFailure(this.#file(JOURNAL_FILE), cause);
    }
  }

  /** The chunks that are done, in the order in which they were. */
  records(): ChunkRecord[] {
    const [, ...lines] = this.#journalLines();
    return lines.map((line) => JSON.parse(line) as ChunkRecord);
  }

  /** Every chunk is done. */
  end(): void {
    this.#append({ done: true });
  }

  writeManifest(manifest: unknown): string {
    return this.#writeWhole(MANIFEST_FILE, manifest);
  }

  /** Write a JSON file that is whole or not there. */
  #writeWhole(name: string, content: unknown): string {
    const path = this.#file(name);
    try {
      const handle = openSync(`${path}.tmp`, 'w');
      writeFileSync(handle, `${JSON.stringify(content, null, 2)}\n`);
      fsyncSync(handle);
      closeSync(handle);
      renameSync(`${path}.tmp`, path);
      return path;
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  }

  #removeEarlierLoad(): void {
    if (this.#names().length === 0) return;
    for (let chunk = 0; chunk < this.#earlierChunks(); chunk++) {
      rmSync(this.#file(partName(chunk)), { force: true });
      rmSync(this.#file(`${partName(chunk)}.tmp`), { force: true });
    }
    // The journal last: until it is gone, what is left can still be told to be ours.
    for (const name of [MANIFEST_FILE, MAPPING_FILE, REJECTS_FILE, REASONS_FILE, JOURNAL_FILE]) {
      rmSync(this.#file(name), { force: true });
    }
  }

  #earlierChunks(): number {
    try {
      const [first = ''] = this.#journalLines();
      return (JSON.parse(first) as RunRecord).chunks;
    } catch (cause) {
      throw new SkeinError(
        'state',
        `${this.#file(JOURNAL_FILE)} cannot be read, so what belongs to the earlier load is not known. Empty the directory yourself.`,
        { cause },
      );
    }
  }

  #journalLines(): string[] {
    return readFileSync(this.#file(JOURNAL_FILE), 'utf8').trimEnd().split('\n');
  }

  #names(): string[] {
    try {
      return readdirSync(this.path);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return [];
      if (code === 'ENOTDIR')
        throw new SkeinError('destination', `${this.path} is a file, not a directory. Name another with --to.`, { cause });
      throw writeFailure(this.path, cause);
    }
  }

  #file(name: string): string {
    return join(this.path, name);
  }
}
