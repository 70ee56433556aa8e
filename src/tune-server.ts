// Find out how a server is loaded fastest, by trying it for a bounded time on
// buckets that are thrown away.

import { usableCores } from './cores.ts';
import { DEFAULT_TUNE_SECONDS } from './defaults.ts';
import { type InfluxOptions, tryServer } from './destination/influx/connect.ts';
import type { Dialect } from './destination/influx/dialect.ts';
import { dialectOf } from './destination/influx/dialects.ts';
import type { InfluxTarget } from './destination/influx/target.ts';
import { SkeinError } from './errors.ts';
import type { Layout } from './movebank/layout.ts';
import { openSources } from './source/open-sources.ts';
import { RangeReader } from './source/range-reader.ts';
import { layOutExports } from './survey-file.ts';
import { madeUpExport } from './tune/made-up-export.ts';
import { notesOn } from './tune/notes.ts';
import { readPoints } from './tune/read-points.ts';
import { type Found, search } from './tune/search.ts';
import { defaultSettings, laddersFrom, loadFlags, type Settings } from './tune/settings.ts';
import { TrialBuckets, trialBucketName } from './tune/trial-buckets.ts';
import { type PointLines, TrialPoints } from './tune/trial-points.ts';
import { type TrialProgress, Trials } from './tune/trials.ts';

export interface TuneOptions {
  /** Its bucket is only looked at. Those that are tried on are made with `adminToken`, if there is one. */
  readonly to: InfluxOptions;
  /** Exports; the first rows of the first of them are sent. Default: rows that are made up. */
  readonly files?: readonly string[] | undefined;
  /** About how long to try; default 60. */
  readonly seconds?: number | undefined;
  /** Abort it to stop: what is under way ends first, and the bucket is deleted. */
  readonly signal?: AbortSignal | undefined;
  /** @param seconds since the start */
  readonly onTrial?: ((trial: TrialProgress, seconds: number) => void) | undefined;
}

/** How fast a server takes points. */
export interface MeasuredSpeed {
  readonly server: string;
  /** As people call its kind. */
  readonly title: string;
  /** The median of the measurements. */
  readonly pointsPerSecond: number;
  readonly measurements: number;
  /** How many points one of them sent. */
  readonly pointsMeasured: number;
  /** The export has too few rows for that: they were made up in the shape of one. */
  readonly isMadeUp: boolean;
  /** What to do about buckets that could not be deleted. */
  readonly leftSentence: string | undefined;
}

export interface MeasureOptions extends Pick<TuneOptions, 'to' | 'signal'> {
  /** The export whose first rows are sent. */
  readonly source: RangeReader;
  /** What its columns become. */
  readonly layout: Layout;
  readonly onMeasured?: ((pointsPerSecond: number) => void) | undefined;
}

/** What a tune found. */
export interface TuneReport extends Found {
  readonly server: string;
  /** As people call its kind. */
  readonly title: string;
  /** The settings as flags of a load on this machine. */
  readonly flags: { readonly batchLines: number; readonly inFlight: number; readonly workers: number };
  /** What a load does where nothing is said, into a bucket that it makes. */
  readonly defaults: Settings;
  /** How many measurements there were. */
  readonly trials: number;
  readonly seconds: number;
  /** Sentences about what the user may not expect. */
  readonly notes: readonly string[];
  /** What to do about buckets that could not be deleted. */
  readonly leftSentence: string | undefined;
}

/** A server that does not take a batch in this time is not to be tuned. */
const RETRY_MS = 15_000;
const MOST_POINTS = 240_000;
/** How often a speed is measured, after one that does not count. */
const MEASUREMENTS = 3;
/** Of a file, enough for so many rows. */
const MOST_HEAD_BYTES = 96 << 20;

/**
 * Measure with which settings a server is loaded fastest. What is written is deleted again.
 *
 * @throws SkeinError `usage` for a server without buckets or a file with too few rows, `destination` when the token may
 *   make no bucket or a measurement goes wrong, `interrupted` after an abort
 */
export async function tune({ to, files = [], seconds = DEFAULT_TUNE_SECONDS, signal, onTrial }: TuneOptions): Promise<TuneReport> {
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const { target, openBuckets } = await findTunable(to);
  const points = await pointsOf(files);
  const cores = usableCores();
  const defaults = defaultSettings(cores, points.lines);
  const buckets = new TrialBuckets(target, openBuckets);
  const trials = new Trials(buckets, points, signal, (trial) => onTrial?.(trial, elapsed()));
  if (trials.secondsOf(defaults) === undefined) {
    throw new SkeinError(
      'usage',
      `${files[0]} has too few rows to try a server with: it takes ${trials.linesOf(defaults)} points. Leave it out, and points are made up.`,
    );
  }
  const notes = await buckets.removeLeftOvers();
  const shardGroupSeconds = await shardGroupsOf(openBuckets, { ...target, bucket: to.bucket });
  const bucket = shardGroupSeconds === undefined ? undefined : { name: to.bucket, shardGroupSeconds };
  try {
    const rate = await trials.warmUp(defaults);
    const found = await search(defaults, rate, laddersFrom(defaults, points.lines, shardGroupSeconds), {
      seconds,
      elapsed,
      secondsOf: (settings) => trials.secondsOf(settings),
      measure: (settings) => trials.measure(settings),
    });
    return {
      ...found,
      server: target.url,
      title: dialectOf(target).title,
      flags: { batchLines: found.settings.batchLines, ...loadFlags(found.settings.inFlight, cores) },
      defaults,
      trials: trials.count,
      seconds: elapsed(),
      notes: [...notes, ...notesOn({ found, defaults, triedAgain: trials.triedAgain, bucket })],
      leftSentence: buckets.leftSentence,
    };
  } catch (error) {
    if (!(error instanceof SkeinError) || buckets.leftSentence === undefined) throw error;
    throw new SkeinError(error.code, `${error.message} ${buckets.leftSentence}`, { cause: error });
  }
}

/**
 * Measure how fast a server takes the first points of an export with what a load does where nothing is said. They are
 * written into buckets that are deleted again.
 *
 * @throws SkeinError as `tune`
 */
export async function measureSpeed({ to, source, layout, signal, onMeasured }: MeasureOptions): Promise<MeasuredSpeed> {
  const { target, openBuckets } = await findTunable(to);
  const buckets = new TrialBuckets(target, openBuckets);
  const measured = async (
    csv: Uint8Array,
    known?: Layout,
  ): Promise<Pick<MeasuredSpeed, 'pointsPerSecond' | 'pointsMeasured'> | undefined> => {
    const lines = await readPoints(csv, MOST_POINTS, known);
    if (typeof lines === 'string') return undefined;
    const trials = new Trials(buckets, new TrialPoints(lines), signal, (trial) => onMeasured?.(trial.pointsPerSecond));
    const settings = defaultSettings(usableCores(), lines);
    const areEnough = (): boolean => trials.secondsOf(settings) !== undefined;
    if (areEnough()) await trials.warmUp(settings);
    // How fast the server is tells how many a measurement takes.
    if (!areEnough()) return undefined;
    const rates: number[] = [];
    while (rates.length < MEASUREMENTS) rates.push(await trials.measure(settings));
    return { pointsPerSecond: rates.sort((a, b) => a - b)[MEASUREMENTS >> 1] ?? Number.NaN, pointsMeasured: trials.linesOf(settings) };
  };
  const own = await measured(await beginningOf(source), layout);
  const speed = own ?? (await measured(madeUpExport(MOST_POINTS)));
  if (speed === undefined) throw new SkeinError('destination', `${target.url} takes points faster than Skein can measure.`);
  return {
    ...speed,
    server: target.url,
    title: dialectOf(target).title,
    measurements: MEASUREMENTS,
    isMadeUp: own === undefined,
    leftSentence: buckets.leftSentence,
  };
}

/** The server, with a token that is to make buckets there. */
async function findTunable(to: InfluxOptions): Promise<{ target: InfluxTarget; openBuckets: NonNullable<Dialect['buckets']> }> {
  const { target, refusal } = await tryServer({
    ...to,
    token: to.adminToken ?? to.token,
    bucket: trialBucketName(Date.now()),
    retryMs: RETRY_MS,
  });
  // Whether it may make a bucket, the first one tells.
  if (refusal !== undefined && !refusal.bucketIsMissing && refusal.status !== 403) throw new SkeinError('destination', refusal.sentence);
  const { title, buckets } = dialectOf(target);
  if (buckets === undefined) {
    throw new SkeinError(
      'usage',
      `${target.url} is a ${title}, which has no buckets that Skein can make and delete again, so it cannot be tried.`,
    );
  }
  return { target, openBuckets: buckets };
}

/** @param files exports, of which the first gives its first rows; none to make some up */
async function pointsOf(files: readonly string[]): Promise<TrialPoints> {
  const lines = await (files.length === 0 ? readPoints(madeUpExport(MOST_POINTS), MOST_POINTS) : firstPointsOf(files));
  if (typeof lines === 'string') throw new SkeinError('source', `${files[0]} ${lines}`);
  return new TrialPoints(lines);
}

async function firstPointsOf(files: readonly string[]): Promise<PointLines | string> {
  const opened = await openSources(files);
  try {
    const [first] = (await layOutExports(opened, { reference: false })).sources;
    if (first === undefined) throw new Error('There is no export');
    const reader = await RangeReader.open(first.identity);
    try {
      return await readPoints(await beginningOf(reader), MOST_POINTS);
    } finally {
      await reader.close();
    }
  } finally {
    opened.close();
  }
}

async function beginningOf(source: RangeReader): Promise<Uint8Array> {
  const head = new Uint8Array(Math.min(MOST_HEAD_BYTES, source.size));
  await source.read(head, 0);
  return head;
}

/** Undefined where the bucket is not there, or this token may not look at it. */
async function shardGroupsOf(openBuckets: NonNullable<Dialect['buckets']>, target: InfluxTarget): Promise<number | undefined> {
  const facts = await (await openBuckets(target)).find();
  return typeof facts === 'string' ? undefined : facts.shardGroupSeconds;
}
