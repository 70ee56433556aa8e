// Send what a load left in a directory to a server, at the server's own speed.

import { DEFAULT_IN_FLIGHT, DEFAULT_REPLAY_WORKERS } from './defaults.ts';
import type { Target } from './destination/destination.ts';
import { RunGauge } from './destination/run-gauge.ts';
import { areBalanced } from './load/books.ts';
import type { JournalContent, JournalWriter, RunRecord } from './load/journal.ts';
import type { ReadyParts } from './load/ready-parts.ts';
import { LINE_REJECTS, RejectsFile } from './load/rejects-file.ts';
import { runChunks } from './load/run-chunks.ts';
import { describeTarget } from './load/state-directory.ts';
import { openDestination } from './open-destination.ts';
import { earlierReplay, type ReplayOptions, type ReplayReport, replayState } from './replay-run.ts';
import { type ReplayPass, Workers } from './workers.ts';

/**
 * Send what is in `directory`, which a load has filled and finished: parts, or files of shards.
 *
 * @throws SkeinError; its code says whose fault it is, its message what to do
 */
export async function replay(directory: string, options: ReplayOptions): Promise<ReplayReport> {
  const { readManifest } = await import('./load/manifest.ts');
  const manifest = await readManifest(directory);
  if (manifest.isOfShards) return (await import('./replay-shards.ts')).replayShards(manifest, options);
  const { findParts } = await import('./load/ready-parts.ts');
  const ready = findParts(manifest);
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
  const state = replayState(ready.manifest, target, options);
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
    return { ...sent, notes, shards: undefined, bytes: ready.bytes, destination: run.destination, directory: state.path, wasDone };
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
