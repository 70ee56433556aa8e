// Look into a file for people: a survey with all that it can find out, and how long a
// load into a server would take.

import { Decisions } from './collisions/decision.ts';
import type { SurveyReport } from './collisions/find-collisions.ts';
import type { InfluxOptions } from './destination/influx/connect.ts';
import { expectedBooks } from './load/forecast.ts';
import { type OpenSources, openSources } from './source/open-sources.ts';
import { PlacedReader } from './source/placed-source.ts';
import { RangeReader } from './source/range-reader.ts';
import type { LaidOutSources } from './survey/lay-out-sources.ts';
import { rejectTexts } from './survey/reject-texts.ts';
import { sampleLine } from './survey/sample-line.ts';
import type { Chunk } from './survey/survey.ts';
import { layOutExports, type SurveyFileOptions, startWorkers, surveyWith } from './survey-file.ts';
import { type MeasuredSpeed, measureSpeed } from './tune-server.ts';

export interface InspectOptions extends SurveyFileOptions {
  /** A server whose speed is measured, on buckets that are made and deleted again; default: none is. */
  readonly to?: InfluxOptions | undefined;
  /** @param pointsPerSecond of a measurement that is done */
  readonly onMeasured?: ((pointsPerSecond: number) => void) | undefined;
}

/** What is in a file. */
export interface InspectReport extends SurveyReport {
  /** A row as it is written, in line protocol; undefined where none is. */
  readonly sampleLine: string | undefined;
  /** The rows of the summary's examples of rejects, in their order, without line ends. */
  readonly rejectTexts: readonly string[];
  /** Undefined without a server. */
  readonly speed: (MeasuredSpeed & { /** Of sending what a load writes. */ readonly loadSeconds: number }) | undefined;
}

/**
 * Read exports whole and say all that is in them.
 *
 * @param exports one or several: paths, URLs, or `-` for standard input
 * @throws SkeinError as `survey`, and as `tune` where there is a server
 */
export async function inspect(exports: string | readonly string[], options: InspectOptions = {}): Promise<InspectReport> {
  const opened = await openSources([exports].flat(), options);
  try {
    return await inspectOpen(opened, options);
  } finally {
    opened.close();
  }
}

async function inspectOpen(opened: OpenSources, options: InspectOptions): Promise<InspectReport> {
  const laidOut = await layOutExports(opened, options);
  // What a server refuses is better known before a file of 50 GB is read.
  const speed = await speedWith(laidOut, options);
  const workers = startWorkers(laidOut, options);
  try {
    const found = await surveyWith(workers, laidOut, { ...options, tracks: true, columns: true });
    const decidedOffsets = (chunk: Chunk): ReadonlySet<number> => {
      const decisions = new Decisions(found.collisions.decisionsOf(chunk));
      return new Set(Array.from({ length: decisions.count }, (_, i) => decisions.offset(i)));
    };
    const line = await sampleLine(found, PlacedReader.open, decidedOffsets).finally(() => found.collisions.close());
    const texts = await rejectTexts(found, PlacedReader.open);
    const loadSeconds = speed === undefined ? 0 : expectedBooks(found).points / speed.pointsPerSecond;
    return { ...found, sampleLine: line, rejectTexts: texts, speed: speed === undefined ? undefined : { ...speed, loadSeconds } };
  } finally {
    await workers.close();
  }
}

async function speedWith(
  { sources: [first] }: LaidOutSources,
  { to, signal, onMeasured }: InspectOptions,
): Promise<MeasuredSpeed | undefined> {
  if (to === undefined || first === undefined) return undefined;
  const source = await RangeReader.open(first.identity);
  try {
    return await measureSpeed({ to, source, layout: first.layout, signal, onMeasured });
  } finally {
    await source.close();
  }
}
