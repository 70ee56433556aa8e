// The journal: the only state of a running load.
//
// JSON, a line for the run, a line for each chunk that is done, for a load by way
// of shards lines for what is done after them, a line that ends it. Invariant: a chunk's line is appended after everything that it
// speaks of is in place, so a run that was killed at any instant goes on from
// the last whole line; what came after that is cut back or done again.

import { appendFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { Part } from '../destination/destination.ts';
import { writeFailure } from '../write-failure.ts';
import type { Books } from './books.ts';
import type { ShardRecord } from './shard-files.ts';

/** One state of a source. */
export interface SourceRecord {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly fingerprint: string;
}

/** What a run is about. Another run goes on with it only when all of it is the same. */
export interface RunRecord {
  readonly journal: 1;
  /** In the order of their rows; of a replay, the manifest of its parts. */
  readonly sources: readonly SourceRecord[];
  readonly destination: string;
  /** Of a load only: hashes of what the flags ask for and of what the survey found. */
  readonly mapping?: string;
  /** Of all that the reference data were read from; undefined where there are none. */
  readonly reference?: string | undefined;
  readonly selection?: string;
  /** What becomes of rows that share series and time and differ. */
  readonly duplicates?: string;
  readonly survey?: string;
  /** Of a load only: how the file is cut; a run that goes on keeps it. */
  readonly chunkBytes?: number;
  /** Of a load into shard files only: how long the shards are. */
  readonly shardSeconds?: number | undefined;
  /** How many chunks there are, and so how many parts the run may make. */
  readonly chunks: number;
}

export interface ChunkRecord {
  readonly chunk: number;
  readonly books: Books;
  readonly part?: Part | undefined;
  /** String values that held something that cannot be carried, by column; left out when none did. */
  readonly mendedText?: readonly number[] | undefined;
  /** Length of the rejects files with this chunk's rejects in them. */
  readonly rejectsBytes: number;
  readonly reasonsBytes: number;
}

/** Of a load by way of shards: what is done beyond the chunks. */
export type ShardEntry =
  /** A bucket is about to be made, with this mark. */
  | { readonly mark: string }
  /** It was made; null: and deleted again, with all that it had. */
  | { readonly bucketId: string | null }
  /** The files are made, and the parts are not needed any more. */
  | { readonly shards: readonly ShardRecord[] }
  /** The server was seen to have all of the shard that begins at this ms. */
  | { readonly handedOver: number };

const END_LINE = '{"done":true}';

/** What a journal says. */
export interface JournalContent {
  readonly run: RunRecord;
  /** In the order in which they were done. */
  readonly records: readonly ChunkRecord[];
  readonly shardEntries: readonly ShardEntry[];
  readonly done: boolean;
  /** How much of the file is whole lines. */
  readonly bytes: number;
}

/**
 * Read the journal at `path`. A torn last line does not count.
 *
 * @returns undefined when not even the run's line is whole: nothing was written then
 */
export function readJournal(path: string): JournalContent | undefined {
  const text = readFileSync(path, 'utf8');
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const [first, ...rest] = lines;
  if (first === undefined) return undefined;
  const done = rest.at(-1) === END_LINE;
  const entries = (done ? rest.slice(0, -1) : rest).map((line) => JSON.parse(line) as ChunkRecord | ShardEntry);
  const records = entries.filter((entry): entry is ChunkRecord => 'chunk' in entry);
  const shardEntries = entries.filter((entry): entry is ShardEntry => !('chunk' in entry));
  return {
    run: JSON.parse(first) as RunRecord,
    records,
    shardEntries,
    done,
    bytes: Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)),
  };
}

/** Appends to a journal. All of it fails with a SkeinError `destination` when the disk does. */
export class JournalWriter {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Put a journal in which nothing is done in the place of any that is there, at one stroke. */
  static begin(path: string, run: RunRecord): JournalWriter {
    const unfinished = `${path}.tmp`;
    try {
      writeFileSync(unfinished, `${JSON.stringify(run)}\n`, { mode: 0o600 });
      renameSync(unfinished, path);
      return new JournalWriter(path);
    } catch (cause) {
      // Left alone in the directory, it would not look like a load's.
      rmSync(unfinished, { force: true });
      throw writeFailure(path, cause, '--state');
    }
  }

  /** Go on after `content`, all that is whole of the journal at `path`. */
  static resume(path: string, content: JournalContent): JournalWriter {
    return attempt(path, () => {
      truncateSync(path, content.bytes);
      return new JournalWriter(path);
    });
  }

  append(record: ChunkRecord | ShardEntry): void {
    attempt(this.#path, () => appendFileSync(this.#path, `${JSON.stringify(record)}\n`));
  }

  /** Every chunk is done. */
  end(): void {
    attempt(this.#path, () => appendFileSync(this.#path, `${END_LINE}\n`));
  }
}

function attempt<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    throw writeFailure(path, cause, '--state');
  }
}
