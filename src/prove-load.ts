// What follows a load into a server: it is asked whether it holds every point,
// and gets the books, which a dashboard shows.

import type { SurveyReport } from './collisions/find-collisions.ts';
import type { Target } from './destination/destination.ts';
import { NotAllowed } from './destination/influx/questions.ts';
import type { Books } from './load/books.ts';
import { runName } from './source/source-name.ts';
import type { Verification } from './verify/compare.ts';
import type { VerifyWithOptions } from './verify-file.ts';
import type { Workers } from './workers.ts';

export interface ProveLoadOptions extends VerifyWithOptions {
  /** Whether the server is asked; default true. */
  readonly verify?: boolean | undefined;
}

/** What a run has done. */
export interface Finished {
  readonly books: Books;
  readonly seconds: number;
}

export interface Proof {
  /** What the server holds; undefined where it was not asked, or may not say. */
  readonly verification: Verification | undefined;
  /** Sentences about what could not be done. */
  readonly notes: readonly string[];
}

/** @throws SkeinError as `verifyWith`, but not where the token may only write: it is good enough for a load */
export async function verifyLoad(workers: Workers, survey: SurveyReport, target: Target, options: ProveLoadOptions): Promise<Proof> {
  if (target.kind !== 'influx') return { verification: undefined, notes: [] };
  const notes: string[] = [];
  let verification: Verification | undefined;
  if (options.verify !== false) {
    const { verifyWith } = await import('./verify-file.ts');
    try {
      verification = await verifyWith(workers, survey, target, options);
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      notes.push('This token may not read what it has written, so the load was not verified.');
    }
  }
  return { verification, notes };
}

/** Whether the queries of `skein query` and the dashboard can be asked there. */
export function answersFlux(target: Target): boolean {
  return target.kind === 'influx' && target.dialect === 'influxdb-2';
}

/**
 * Leave the books where a dashboard finds them, which asks in Flux.
 *
 * @param finished undefined when an earlier run had done everything and left its books
 * @returns a sentence if they could not be left
 */
export async function showBooks(target: Target, survey: SurveyReport, finished: Finished | undefined): Promise<string | undefined> {
  if (target.kind !== 'influx' || !answersFlux(target) || finished === undefined || finished.books.points === 0) return undefined;
  const { leaveBooks } = await import('./destination/influx/leave-books.ts');
  const { rows, points, duplicates, rejected, filtered } = finished.books;
  const { sources, summary, layout } = survey;
  return leaveBooks(target, {
    source: runName(sources.map(({ identity }) => identity.path)),
    measurement: layout.measurement,
    counts: { rows, points, duplicates, rejected, filtered, first_ms: summary.firstMs, last_ms: summary.lastMs },
    seconds: finished.seconds,
  });
}
