// What a replay is asked for and tells, and where it keeps what it has done,
// whatever it sends.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Target } from './destination/destination.ts';
import type { InfluxOptions } from './destination/influx/connect.ts';
import type { RequestCounts, RunGauge } from './destination/run-gauge.ts';
import { SkeinError } from './errors.ts';
import type { Books } from './load/books.ts';
import type { HandOverProgress } from './load/hand-over.ts';
import type { JournalContent, RunRecord } from './load/journal.ts';
import { MANIFEST_FILE, RunDirectory } from './load/run-directory.ts';
import { stateDirectory } from './load/state-directory.ts';
import type { SourceIdentity } from './source/range-reader.ts';
import type { PassProgress } from './survey/survey.ts';

export interface ReplayOptions {
  readonly to: InfluxOptions;
  /** Where the run keeps its journal and rejects; default below XDG_STATE_HOME. */
  readonly state?: string | undefined;
  /** Threads; default 1. */
  readonly workers?: number | undefined;
  /** Batches that each worker has under way at once; default 2. */
  readonly inFlight?: number | undefined;
  /** Points a second that the server gets at most, over all workers; default no limit. */
  readonly rateLimit?: number | undefined;
  /** Stop when the server has refused more lines than this. */
  readonly maxRejects?: number | undefined;
  /** Start over; default: go on with what an earlier run did. */
  readonly fresh?: boolean | undefined;
  /** Abort it to stop in order: what is under way is finished, and the replay can be gone on with. */
  readonly signal?: AbortSignal | undefined;
  /** Asked before anything is deleted for `replaceBucket`; default: yes. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** @param gauge what is under way at the moment in all workers */
  readonly onProgress?: ((progress: PassProgress, gauge: RunGauge) => void) | undefined;
  /** While finished shards are handed to the server. */
  readonly onHandOverProgress?: ((progress: HandOverProgress) => void) | undefined;
}

/** What a replay did. */
export interface ReplayReport {
  /** A row is a line of a part, or a point of a shard: `rows = points + rejected`. */
  readonly books: Books;
  /** Of all parts, compressed, or of all files of shards. */
  readonly bytes: number;
  readonly destination: string;
  /** How many finished shards it was, where it was no lines. */
  readonly shards: number | undefined;
  /** Where the journal and the rejects are. */
  readonly directory: string;
  /** An earlier run had done everything already. */
  readonly wasDone: boolean;
  /** Lines that earlier runs had sent. */
  readonly resumedRows: number;
  readonly requests: RequestCounts;
  /** Set when the server refused lines. */
  readonly rejectsPath: string | undefined;
  /** Sentences about the destination that the user may not expect. */
  readonly notes: readonly string[];
  /** Wall time of sending. */
  readonly seconds: number;
}

/** @throws SkeinError `usage` where the directory of `--state` is that of a load's parts */
export function replayState(manifest: SourceIdentity, target: Target, { state }: ReplayOptions): RunDirectory {
  const directory = new RunDirectory(resolve(state ?? stateDirectory([manifest], target)), undefined);
  if (existsSync(join(directory.path, MANIFEST_FILE))) {
    throw new SkeinError('usage', `${directory.path} holds the parts of a load. Name another directory with --state.`);
  }
  return directory;
}

/**
 * What an earlier run did of the same replay.
 *
 * @throws SkeinError `state` when the directory holds the state of another run
 */
export function earlierReplay(state: RunDirectory, run: RunRecord, fresh: boolean): JournalContent | undefined {
  const earlier = state.earlier();
  if (earlier === undefined) return undefined;
  const { sources, destination } = earlier.run;
  const [was, is] = [sources[0], run.sources[0]];
  if (was?.path !== is?.path) {
    throw new SkeinError('state', `${state.path} holds the journal of something else, ${was?.path}. Name another directory with --state.`);
  }
  if (fresh) return undefined;
  const isOther = was?.fingerprint !== is?.fingerprint;
  if (!isOther && destination === run.destination) return earlier;
  throw new SkeinError(
    'state',
    `${state.path} holds an earlier replay, and ${isOther ? 'the parts are others since' : `it went to ${destination}`}. Add --fresh to start over.`,
  );
}
