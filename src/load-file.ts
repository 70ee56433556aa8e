// Load files: survey them, make sure of the destination, write, account.

import { resolve } from 'node:path';
import type { SurveyReport } from './collisions/find-collisions.ts';
import { dialectOf } from './destination/influx/dialects.ts';
import { NO_REQUESTS } from './destination/run-gauge.ts';
import { expectedShares } from './load/forecast.ts';
import { RoadClosed } from './load/hand-over.ts';
import type { JournalContent } from './load/journal.ts';
import { RunDirectory } from './load/run-directory.ts';
import { stateDirectory } from './load/state-directory.ts';
import type { LoadFileOptions, LoadReport } from './load-options.ts';
import { type ChosenRoad, type OpenDestination, openDestination } from './open-destination.ts';
import { type LoadPlan, planLoad } from './plan-load.ts';
import { answersFlux, showBooks, verifyLoad } from './prove-load.ts';
import { lookAtSources, type OpenSources, openSources } from './source/open-sources.ts';
import { identitiesOf } from './source/placed-source.ts';
import type { LaidOutSources } from './survey/lay-out-sources.ts';
import { layOutExports, startWorkers, surveyWith } from './survey-file.ts';
import type { Workers } from './workers.ts';
import { writeLoad } from './write-load.ts';

/**
 * Load exports into one place.
 *
 * @param exports as of `survey`
 * @throws SkeinError; its code says whose fault it is, its message what to do
 */
export async function load(exports: string | readonly string[], options: LoadFileOptions): Promise<LoadReport> {
  const inputs = [exports].flat();
  await lookAtSources(inputs);
  // A source may take long to open: a destination that will not do is told before.
  const destination = await openDestination(options.to, options.via);
  const opened = await openSources(inputs, options);
  try {
    return await loadOpen(opened, destination, options);
  } finally {
    opened.close();
  }
}

async function loadOpen(opened: OpenSources, destination: OpenDestination, options: LoadFileOptions): Promise<LoadReport> {
  const { target } = destination;
  const laidOut = await layOutExports(opened, options, target.kind === 'influx' && dialectOf(target).numbersOnly);
  const output = target.kind === 'directory' ? target.path : undefined;
  const directory = new RunDirectory(resolve(options.state ?? output ?? stateDirectory(identitiesOf(laidOut.sources), target)), output);
  const unlock = options.dryRun === true ? () => {} : directory.lock();
  try {
    const earlier = options.fresh === true || options.dryRun === true ? undefined : directory.earlier();
    const before = options.fresh === true && options.dryRun !== true ? directory.earlier() : undefined;
    const { road, notes } = await destination.roadFor(earlier, before?.done === false ? before : undefined);
    const chosen = { ...options, chunkBytes: earlier?.run.chunkBytes ?? options.chunkBytes };
    try {
      return await loadInto(directory, { ...destination, road, notes }, laidOut, earlier, chosen);
    } catch (error) {
      if (!(error instanceof RoadClosed) || options.via !== 'auto') throw error;
      const byWrites = { ...destination, road: undefined, notes: [`${error.message} So it was loaded by writes.`] };
      return await loadInto(directory, byWrites, laidOut, undefined, chosen);
    }
  } finally {
    unlock();
  }
}

/** @param earlier the journal to go on with, if there is one */
async function loadInto(
  directory: RunDirectory,
  destination: OpenDestination & ChosenRoad,
  laidOut: LaidOutSources,
  earlier: JournalContent | undefined,
  options: LoadFileOptions,
): Promise<LoadReport> {
  const { target } = destination;
  const clock = new Clock();
  const workers = startWorkers(laidOut, options);
  let survey: SurveyReport | undefined;
  try {
    survey = await surveyWith(workers, laidOut, options, options.duplicates);
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
    if (options.dryRun === true)
      return { ...known, ...NOTHING_DONE, books: plan.expected, shares: expectedShares(survey), notes: plan.notes };
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
  const { parts, journal, expected, counted, ...written } = await writeLoad(workers, plan, target, directory, options);
  const loadSeconds = clock.lap();
  const proving = { ...options, chunkBytes: plan.chunkBytes, state: directory.path, isExact: plan.bucketIsEmpty, expected, counted };
  const proof =
    road === undefined
      ? await verifyLoad(workers, survey, target, proving)
      : await (await import('./shards-load.ts')).proveShards(workers, survey, road, { journal, parts, run, wasDone }, directory, proving);
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
