// Send what a load left in a directory to a server, at the server's own speed.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEFAULT_IN_FLIGHT, DEFAULT_REPLAY_WORKERS } from './defaults.ts';
import type { Target } from './destination/destination.ts';
import type { InfluxOptions } from './destination/influx/connect.ts';
import { type RequestCounts, RunGauge } from './destination/run-gauge.ts';
import { SkeinError } from './errors.ts';
import { areBalanced, type Books } from './load/books.ts';
import type { JournalContent, JournalWriter, RunRecord } from './load/journal.ts';
import type { ReadyParts } from './load/ready-parts.ts';
import { LINE_REJECTS, RejectsFile } from './load/rejects-file.ts';
import { runChunks } from './load/run-chunks.ts';
import { MANIFEST_FILE, RunDirectory } from './load/run-directory.ts';
import { describeTarget, stateDirectory } from './load/state-directory.ts';
import { openDestination } from './open-destination.ts';
import type { PassProgress } from './survey/survey.ts';
import { type ReplayPass, Workers } from './workers.ts';

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
}

/** What a replay did. */
export interface ReplayReport {
  /** A row is a line of a part: `rows = points + rejected`. */
  readonly books: Books;
  /** Of all parts, compressed. */
  readonly bytes: number;
  readonly destination: string;
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

/**
 * Send the parts in `directory`, which a load has filled and finished.
 *
 * @throws SkeinError; its code says whose fault it is, its message what to do
 */
export async function replay(directory: string, options: ReplayOptions): Promise<ReplayReport> {
  const { findParts } = await import('./load/ready-parts.ts');
  const ready = await findParts(directory);
  // They start while the server is asked.
  const workers = new Workers(Math.min(options.workers ?? DEFAULT_REPLAY_WORKERS, Math.max(1, ready.parts.length)));
  try {
    return await replayParts(ready, workers, options);
  } finally {
    await workers.close();
  }
}

async function replayParts(ready: ReadyParts, workers: Workers, options: ReplayOptions): Promise<ReplayReport> {
  const destination = await openDestination(options.to);
  const { target } = destination;
  const run: RunRecord = { journal: 1, sources: [ready.manifest], destination: describeTarget(target), chunks: ready.parts.length };
  const state = new RunDirectory(resolve(options.state ?? stateDirectory([ready.manifest], target)), undefined);
  if (existsSync(join(state.path, MANIFEST_FILE))) {
    throw new SkeinError('usage', `${state.path} holds the parts of a load. Name another directory with --state.`);
  }
  const unlock = state.lock();
  try {
    const earlier = earlierReplay(state, run, options.fresh === true);
    const wasDone = earlier?.done === true;
    const { notes } =
      wasDone || ready.lines === 0
        ? { notes: [] }
        : await destination.preflight(ready.planned, {
            dryRun: false,
            isResumed: (earlier?.records.length ?? 0) > 0,
            confirm: options.confirm ?? (async () => true),
          });
    const journal = earlier === undefined ? state.begin(run) : state.resume(earlier);
    const sent = await send(ready, target, workers, { journal, earlier, directory: state.path }, options);
    if (!wasDone) journal.end();
    return { ...sent, notes, bytes: ready.bytes, destination: run.destination, directory: state.path, wasDone };
  } finally {
    unlock();
  }
}

interface RunState {
  readonly journal: JournalWriter;
  readonly earlier: JournalContent | undefined;
  readonly directory: string;
}

async function send(
  { parts, bytes, lines }: ReadyParts,
  target: Target,
  workers: Workers,
  { journal, earlier, directory }: RunState,
  options: ReplayOptions,
) {
  const inFlight = options.inFlight ?? DEFAULT_IN_FLIGHT;
  const rejects = new RejectsFile(directory, LINE_REJECTS, earlier?.records.at(-1));
  const longest = parts.flatMap(({ members }) => members).reduce((most, member) => Math.max(most, member.lines), 1);
  const gauge = RunGauge.create(workers.count * inFlight, longest, options.rateLimit);
  gauge.stopOn(options.signal);
  const pass: ReplayPass = { pass: 'replay', target, inFlight, gauge: gauge.numbers };
  const began = performance.now();
  const { books, resumedRows } = await runChunks(parts, bytes, {
    journal,
    earlier,
    sources: [{ name: undefined, rejects }],
    maxRejects: options.maxRejects,
    thing: 'line',
    ahead: workers.ahead,
    loadChunk: (part) => workers.replayPart(pass, part),
    signal: options.signal,
    onProgress: (progress) => options.onProgress?.(progress, gauge),
  });
  if (!areBalanced(books) || books.rows !== lines) {
    throw new Error(`The books do not balance: ${JSON.stringify(books)}, of ${lines} lines`);
  }
  const rejectsPath = books.rejected > 0 ? rejects.path : undefined;
  return { books, resumedRows, requests: gauge.requests, rejectsPath, seconds: (performance.now() - began) / 1000 };
}

/**
 * What an earlier run did of the same replay.
 *
 * @throws SkeinError `state` when the directory holds the state of another run
 */
function earlierReplay(state: RunDirectory, run: RunRecord, fresh: boolean): JournalContent | undefined {
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
