// What the survey foresees of a load, and whether the load may begin at all.

import { clipNames } from '../clip.ts';
import { Decisions, NOT_WRITTEN } from '../collisions/decision.ts';
import type { CollisionPlace, SurveyReport } from '../collisions/find-collisions.ts';
import { REJECT_REASONS, type RejectReason, rejectReason } from '../encode/reject.ts';
import type { SelectionOptions } from '../encode/selection.ts';
import { SkeinError } from '../errors.ts';
import { canonicalName } from '../movebank/names.ts';
import { rejectedRows } from '../survey/summary.ts';
import type { Survey } from '../survey/survey.ts';
import { type Books, EMPTY_BOOKS } from './books.ts';
import type { SourceShare } from './load.ts';

/**
 * @throws SkeinError `usage` for what would filter every row, or none: animals that the file does not have,
 * and columns that the mapping does not read
 */
export function checkSelection({ summary, sources, layout }: Survey, selection: SelectionOptions): void {
  const refuse = (what: string): never => {
    throw new SkeinError('usage', `The mapping ${what}. Leave the flag out, or the mapping: the default one does.`);
  };
  if (selection.individuals.length > 0 && layout.columns[layout.individual]?.role === 'field')
    refuse('does not tell the series of one animal from those of others, as --individual asks for');
  if (selection.dropNoLocation && layout.latitude < 0 && layout.names.some((name) => canonicalName(name) === 'lat'))
    refuse('does not say which columns are a location together, as --no-location drop asks for');
  if (selection.dropOutliers && layout.outlier < 0 && layout.names.some((name) => canonicalName(name) === 'visible'))
    refuse('does not read the column visible, as --outliers drop asks for');
  if (selection.individuals.length === 0) return;
  const known = new Set(Array.from(summary.series.values(), ({ individual }) => individual));
  const unknown = selection.individuals.find((individual) => !known.has(individual));
  if (unknown === undefined) return;
  const names = [...known].filter((name) => name !== undefined);
  throw new SkeinError('usage', `${pathsOf(sources)} has no individual ${unknown}. It has: ${clipNames(names)}.`);
}

/** @throws SkeinError `rejects` when there are more than `maxRejects` */
export function checkRejects({ summary, sources }: Survey, maxRejects: number | undefined): void {
  const rejected = rejectedRows(summary);
  if (maxRejects === undefined || rejected <= maxRejects) return;
  const [first] = summary.examples;
  const where =
    first === undefined
      ? ''
      : ` The first is row ${first.row}, at byte ${first.offset}${ofFile(sources, first.source)}: ${rejectReason(first.reason).text}.`;
  throw new SkeinError(
    'rejects',
    `${pathsOf(sources)} has ${rejected} rows that cannot be written, more than --max-rejects ${maxRejects}; nothing was written.${where}`,
  );
}

/** @throws SkeinError `source` when rows share series and time and differ */
export function checkCollisions({ sources, collisions: { counts, examples } }: SurveyReport): void {
  const [first] = examples;
  if (counts.differing === 0 || first === undefined) return;
  const where = `the first are at ${placesOf(sources, first)}, of ${first.individual ?? first.series} at ${new Date(first.timeMs).toISOString()}`;
  throw new SkeinError(
    'source',
    `${pathsOf(sources)} has ${counts.differing} rows that share series and time with an earlier row and differ from it (${where}); nothing was written, as --duplicates stop asks for. --duplicates keep writes them all, first or last one of each.`,
  );
}

/** What becomes of the rows of each source, as the survey foresees it. */
export function expectedShares({ sources, chunks, collisions }: SurveyReport): SourceShare[] {
  const duplicates = sources.map(() => 0);
  for (const chunk of chunks) {
    const decisions = new Decisions(collisions.decisionsOf(chunk));
    for (let i = 0; i < decisions.count; i++) {
      if (decisions.number(i) === NOT_WRITTEN) duplicates[chunk.source] = (duplicates[chunk.source] ?? 0) + 1;
    }
  }
  return sources.map(({ index, rows, rejected, filtered }) => {
    const own = duplicates[index] ?? 0;
    const books = { ...EMPTY_BOOKS, rows, points: rows - rejected - filtered - own, duplicates: own, rejected, filtered };
    return { books, rejectsPath: undefined };
  });
}

/** The books that the survey foresees. */
export function expectedBooks({ summary, collisions }: SurveyReport): Books {
  const { rows, filtered } = summary;
  const rejected = rejectedRows(summary);
  const duplicates = collisions.counts.notWritten;
  return { ...EMPTY_BOOKS, rows, points: rows - rejected - filtered - duplicates, duplicates, rejected, filtered };
}

/** Rejects by the names of their reasons, those that did not occur left out. */
export function rejectsByReason(survey: Survey, books: Books): Partial<Record<RejectReason, number>> {
  const refused = books.rejected - rejectedRows(survey.summary);
  const counts = REJECT_REASONS.map(
    ({ name }, code) => [name, name === 'refused' ? refused : (survey.summary.rejects[code] ?? 0)] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** In a sentence, of which file, where there are several. */
function ofFile(sources: Survey['sources'], source: number): string {
  return sources.length === 1 ? '' : ` of ${sources[source]?.identity.path}`;
}

function placesOf(sources: Survey['sources'], { offsets: [first, second], sources: [a, b] }: CollisionPlace): string {
  if (a === b) return `bytes ${first} and ${second}${ofFile(sources, a)}`;
  return `byte ${first}${ofFile(sources, a)} and byte ${second}${ofFile(sources, b)}`;
}

function pathsOf(sources: Survey['sources']): string {
  return clipNames(sources.map(({ identity }) => identity.path));
}
