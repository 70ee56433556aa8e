// Load a file: survey it, make sure of the destination, write, account.

import { resolve } from 'node:path';
import type { SurveyReport } from './collisions/find-collisions.ts';
import { dialectOf } from './destination/influx/dialects.ts';
import { NO_REQUESTS } from './destination/run-gauge.ts';
import { RoadClosed } from './load/hand-over.ts';
import type { JournalContent } from './load/journal.ts';
import { RunDirectory } from './load/run-directory.ts';
import { stateDirectory } from './load/state-directory.ts';
import type { LoadFileOptions, LoadReport } from './load-options.ts';
import { type ChosenRoad, type OpenDestination, openDestination } from './open-destination.ts';
import { type LoadPlan, planLoad } from './plan-load.ts';
import { answersFlux, showBooks, verifyLoad } from './prove-load.ts';
import { proveShards } from './shards-load.ts';
import { lookAtSource, type OpenSource, openSource } from './source/open-source.ts';
import { startWorkers, surveyWith } from './survey-file.ts';
import type { Workers } from './workers.ts';
import { writeLoad } from './write-load.ts';

/**
 * Load the export at `path`, which may be a URL or `-` for standard input.
 *
 * @throws SkeinError; its code says whose fault it is, its message what to do
 */
export async function load(path: string, options: LoadFileOptions): Promise<LoadReport> {
  await lookAtSource(path);
  // A source may take long to open: a destination that will not do is told before.
  const destination = await openDestination(options.to, options.via);
  const sources = [await openSource(path, options)];
  try {
    return await loadOpen(sources, destination, options);
  } finally {
    for (const source of sources) source.close();
  }
}

async function loadOpen(sources: readonly OpenSource[], destination: OpenDestination, options: LoadFileOptions): Promise<LoadReport> {
  const { target } = destination;
  const output = target.kind === 'directory' ? target.path : undefined;
  const identities = sources.map(({ identity }) => identity);
  const directory = new RunDirectory(resolve(options.state ?? output ?? stateDirectory(identities, target)), output);
  const unlock = options.dryRun === true ? () => {} : directory.lock();
  try {
    const earlier = options.fresh === true || options.dryRun === true ? undefined : directory.earlier();
    const { road, notes } = await destination.roadFor(earlier);
    const chosen = { ...options, chunkBytes: earlier?.run.chunkBytes ?? options.chunkBytes };
    try {
      return await loadInto(directory, { ...destination, road, notes }, sources, earlier, chosen);
    } catch (error) {
      if (!(error instanceof RoadClosed) || options.via !== 'auto') throw error;
      const byWrites = { ...destination, road: undefined, notes: [`${error.message} So it was loaded by writes.`] };
      return await loadInto(directory, byWrites, sources, undefined, chosen);
    }
  } finally {
    unlock();
  }
}

/** @param earlier the journal to go on with, if there is one */
async function loadInto(
  directory: RunDirectory,
  destination: OpenDestination & ChosenRoad,
  sources: readonly OpenSource[],
  earlier: JournalContent | undefined,
  options: LoadFileOptions,
): Promise<LoadReport> {
  const { target } = destination;
  const clock = new Clock();
  const workers = startWorkers(sources, options);
  let survey: SurveyReport | undefined;
  try {
    const numbersOnly = target.kind === 'influx' && dialectOf(target).numbersOnly;
    survey = await surveyWith(workers, sources, options, { duplicates: options.duplicates, numbersOnly });
    const surveySeconds = clock.lap();
    const plan = await planLoad(survey, destination, directory.path, earlier, options);
    const known = {
      survey,
      destination: plan.run.destination,
      answersFlux: answersFlux(target),
      directory: directory.path,
      mappingPath: directory.mappingPath,
      surveySeconds,
    };
    if (options.dryRun === true) return { ...known, ...NOTHING_DONE, books: plan.expected, notes: plan.notes };
    return { ...known, ...(await writeAndProve(workers, plan, destination, directory, clock, options)) };
  } finally {
    survey?.collisions.close();
    await workers.close();
  }
}

/** What is to be told of a dry run. */
const NOTHING_DONE = {
  wasDone: false,
  resumedRows: 0,
  requests: NO_REQUESTS,
  rejectsPath: undefined,
  mendedText: [],
  loadSeconds: 0,
  verifySeconds: 0,
  verification: undefined,
};

async function writeAndProve(
  workers: Workers,
  plan: LoadPlan,
  { target }: OpenDestination,
  directory: RunDirectory,
  clock: Clock,
  options: LoadFileOptions,
) {
  const wasDone = plan.earlier?.done === true;
  const { survey, run, road } = plan;
  const { parts, journal, ...written } = await writeLoad(workers, plan, target, directory, options);
  const loadSeconds = clock.lap();
  const proving = { ...options, chunkBytes: plan.chunkBytes, state: directory.path, isExact: plan.bucketIsEmpty };
  const proof =
    road === undefined
      ? await verifyLoad(workers, survey, target, proving)
      : await proveShards(workers, survey, road, { journal, parts, run, wasDone }, directory, proving);
  const finished = wasDone ? undefined : { books: written.books, seconds: clock.seconds };
  const problem = await showBooks(road?.target ?? target, survey, finished);
  return {
    ...written,
    wasDone,
    notes: [...plan.notes, ...proof.notes, ...(problem === undefined ? [] : [problem])],
    verification: proof.verification,
    loadSeconds,
    verifySeconds: clock.lap(),
  };
}

/** Wall time. */
class Clock {
  readonly #began = performance.now();
  #lap = this.#began;

  /** Since the clock was made. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Seconds since the lap before, or since the clock was made. */
  lap(): number {
    const before = this.#lap;
    this.#lap = performance.now();
    return (this.#lap - before) / 1000;
  }
}
