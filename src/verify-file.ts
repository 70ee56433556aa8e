// Verify a load: does the server hold every point that the file makes?

import { resolve } from 'node:path';
import type { SurveyReport } from './collisions/find-collisions.ts';
import { DEFAULT_CHUNK_BYTES } from './defaults.ts';
import type { InfluxOptions } from './destination/influx/connect.ts';
import { dialectOf } from './destination/influx/dialects.ts';
import type { InfluxTarget } from './destination/influx/target.ts';
import type { DuplicatePolicy } from './duplicate-policy.ts';
import { EVERY_ROW } from './encode/selection.ts';
import { SkeinError } from './errors.ts';
import { inOrder } from './in-order.ts';
import { refusedOffsets } from './load/rejects-file.ts';
import { describeTarget, stateDirectory } from './load/state-directory.ts';
import { EVENT_ID_KEY } from './movebank/layout.ts';
import { firstIndex } from './search.ts';
import { lookAtSources, type OpenSources, openSources } from './source/open-sources.ts';
import { identitiesOf, type PlacedSource } from './source/placed-source.ts';
import { type Chunk, type PassProgress, readAs, sourceOf } from './survey/survey.ts';
import { layOutExports, type SurveyFileOptions, startWorkers, surveyWith } from './survey-file.ts';
import { compare, type Verification } from './verify/compare.ts';
import { CountedChunks } from './verify/counted-chunks.ts';
import { addExpected, type Expected } from './verify/expected.ts';
import { fieldKeys } from './verify/field-slots.ts';
import type { Workers } from './workers.ts';

export interface VerifyPassOptions extends SurveyFileOptions {
  /** While the file is read again for what must be there. */
  readonly onExpectProgress?: ((progress: PassProgress) => void) | undefined;
  /** While the server is asked. */
  readonly onAskProgress?: ((done: number, total: number) => void) | undefined;
}

export interface VerifyFileOptions extends VerifyPassOptions {
  /** The server that the file was loaded into. */
  readonly to: InfluxOptions;
  /** As it was loaded; default: the mapping's, or `keep`. */
  readonly duplicates?: DuplicatePolicy | undefined;
  /** Where the load kept its rejects: rows that the server refused are not expected. Default below XDG_STATE_HOME. */
  readonly state?: string | undefined;
}

export interface VerifyReport extends Verification {
  readonly survey: SurveyReport;
  readonly destination: string;
  /** Wall time. */
  readonly seconds: number;
}

/**
 * Survey exports and hold what they must have become against what the server holds. Writes nothing.
 *
 * @param exports as of `survey`, those that were loaded together
 * @throws SkeinError; its code says whose fault it is. A difference is no error: see `isVerified`
 */
export async function verify(exports: string | readonly string[], options: VerifyFileOptions): Promise<VerifyReport> {
  const began = performance.now();
  const inputs = [exports].flat();
  await lookAtSources(inputs);
  const { findServer } = await import('./destination/influx/connect.ts');
  const target = await findServer(options.to);
  const opened = await openSources(inputs, options);
  try {
    const verified = await verifyOpen(opened, target, options);
    return { ...verified, seconds: (performance.now() - began) / 1000 };
  } finally {
    opened.close();
  }
}

async function verifyOpen(opened: OpenSources, target: InfluxTarget, options: VerifyFileOptions): Promise<Omit<VerifyReport, 'seconds'>> {
  const laidOut = await layOutExports(opened, options, dialectOf(target).numbersOnly);
  const state = resolve(options.state ?? stateDirectory(identitiesOf(laidOut.sources), target));
  const workers = startWorkers(laidOut, options);
  let survey: SurveyReport | undefined;
  try {
    survey = await surveyWith(workers, laidOut, options, options.duplicates);
    const found = await verifyWith(workers, survey, target, { ...options, state, isExact: false });
    return { ...found, survey, destination: describeTarget(target) };
  } finally {
    survey?.collisions.close();
    await workers.close();
  }
}

export interface ExpectOptions extends Omit<VerifyPassOptions, 'onAskProgress'> {
  /** Where the rejects of the load are: all of them. */
  readonly state: string;
  /** What need not be read again. It is not used any more. */
  readonly counted?: CountedChunks | undefined;
}

export interface VerifyWithOptions extends VerifyPassOptions, ExpectOptions {
  /** The bucket holds nothing else. */
  readonly isExact: boolean;
  /** What the server must hold, where the file is read for it already. */
  readonly expected?: Promise<Expected> | undefined;
}

/** Verify what is surveyed already. */
export async function verifyWith(
  workers: Workers,
  survey: SurveyReport,
  target: InfluxTarget,
  options: VerifyWithOptions,
): Promise<Verification> {
  const expected = await (options.expected ?? expectAll(workers, survey, options));
  const fields = fieldKeys(survey.sources);
  return compare(expected, {
    measurement: survey.layout.measurement,
    fields,
    eventId: fields.indexOf(EVENT_ID_KEY),
    questions: await dialectOf(target).questions(target),
    isExact: options.isExact,
    onProgress: (done, total) => {
      checkStopped(options.signal);
      options.onAskProgress?.(done, total);
    },
  });
}

/** The file as it is read for what a server must hold, while something else goes on. */
export interface Expecting {
  readonly expected: Promise<Expected>;
  /** End it where it is. */
  readonly stop: () => Promise<void>;
}

/** Begin to read what is surveyed for what a server must hold. What it fails of is told to whoever waits for it. */
export function beginExpecting(workers: Workers, survey: SurveyReport, options: ExpectOptions): Expecting {
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const expected = expectAll(workers, survey, { ...options, signal });
  const ended = expected.then(
    () => {},
    () => {},
  );
  return {
    expected,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}

async function expectAll(workers: Workers, survey: SurveyReport, options: ExpectOptions): Promise<Expected> {
  const { sources, chunks, collisions } = survey;
  const { chunkBytes = DEFAULT_CHUNK_BYTES, selection = EVERY_ROW } = options;
  const refused = await refusedIn(options.state, sources);
  const refusedFrom = (offset: number): number => firstIndex(refused.length, (i) => (refused[i] ?? 0) >= offset);
  const refusedOf = ({ start, end }: Chunk): Float64Array => refused.slice(refusedFrom(start), refusedFrom(end));
  const fields = fieldKeys(survey.sources);
  const counted = options.counted ?? new CountedChunks();
  const { expected } = counted;
  let rows = 0;
  const expectChunk = (chunk: Chunk) =>
    workers.expectChunk(
      { pass: 'expect', ...readAs(sourceOf(survey, chunk)), chunkBytes, selection, fields },
      { chunk, decisions: collisions.decisionsOf(chunk), refused: refusedOf(chunk) },
    );
  for await (const { task: chunk, result } of inOrder(
    chunks.filter((chunk) => !counted.has(chunk.index)),
    workers.ahead,
    expectChunk,
  )) {
    checkStopped(options.signal);
    addExpected(expected, result);
    rows += chunk.rows;
    options.onExpectProgress?.({ bytes: chunk.end, totalBytes: sources.at(-1)?.end ?? 0, rows, rejected: 0 });
  }
  return expected;
}

/** Offsets in the run, rising. */
async function refusedIn(directory: string, sources: readonly PlacedSource[]): Promise<Float64Array> {
  const offsets: number[] = [];
  for (const { index, start } of sources) {
    for (const offset of await refusedOffsets(directory, index, sources.length)) offsets.push(start + offset);
  }
  return Float64Array.from(offsets);
}

function checkStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SkeinError('interrupted', 'Stopped while verifying. skein verify does it again.');
}
