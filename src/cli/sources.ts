// The exports of a run, in words, and each one's share of it.

import { count, counted } from '../counted.ts';
import type { Books } from '../load/books.ts';
import type { SourceShare } from '../load/load.ts';
import { shortNames, sourceName } from '../source/source-name.ts';
import type { Survey } from '../survey/survey.ts';
import { shownPath } from './summary.ts';
import { plainTable } from './table.ts';
import { printable, shown, size } from './words.ts';

const SHOWN_SOURCES = 30;

/** Of all sources, unpacked. */
export function bytesOf({ sources }: Survey): number {
  return sources.at(-1)?.end ?? 0;
}

/** What is enough to tell a source from the others. */
export function nameOfSource({ sources }: Survey, index: number): string {
  const paths = sources.map(({ identity }) => identity.path);
  const path = paths[index] ?? '';
  return shown(shortNames(paths).get(path) ?? path);
}

/** What was read, and how much that is. */
export function readWords(inputs: readonly string[], survey: Survey): string {
  const { sources } = survey;
  const bytes = size(bytesOf(survey));
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) return `${counted(sources.length, 'export')} (${bytes})`;
  return `${printable(sourceName(input))} (${sources.length === 1 ? '' : `${counted(sources.length, 'export')}, `}${bytes})`;
}

/** What each file comes to; nothing where there is one. */
export function sourceLines(survey: Survey): string[] {
  return listed(
    survey.sources.map(({ index, rows, rejected, start, end }) => [
      nameOfSource(survey, index),
      size(end - start),
      counted(rows, 'row'),
      rejected > 0 ? `${count(rejected)} to be rejected` : '',
    ]),
  );
}

const ENTRIES = ['rows', 'points', 'duplicates', 'rejected', 'filtered'] as const satisfies readonly (keyof Books)[];

/** What became of each file's rows; nothing where there is one. */
export function shareLines(survey: Survey, shares: readonly SourceShare[]): string[] {
  const rows = survey.sources.map(({ index }) => {
    const { books, rejectsPath } = shares[index] ?? {};
    const words = ENTRIES.map((entry) => `${count(books?.[entry] ?? 0)} ${entry}`);
    return [nameOfSource(survey, index), ...words, rejectsPath === undefined ? '' : shownPath(rejectsPath)];
  });
  return listed(rows);
}

function listed(rows: readonly string[][]): string[] {
  if (rows.length < 2) return [];
  const more = rows.length - SHOWN_SOURCES;
  const lines = plainTable(rows.slice(0, SHOWN_SOURCES), [false, true, true, true, true, true]);
  return more > 0 ? [...lines, `… and ${count(more)} more; --json lists all`] : lines;
}

/** For `--json`; the README documents it. */
export function sourcesJson(survey: Survey, shares?: readonly SourceShare[]): Record<string, unknown> {
  return {
    bytes: bytesOf(survey),
    sources: survey.sources.map(({ identity, start, end, index, rows, rejected }) => ({
      source: identity.path,
      bytes: end - start,
      ...(shares === undefined ? { rows, rejected } : shareJson(shares[index])),
    })),
  };
}

function shareJson(share: SourceShare | undefined): Record<string, unknown> {
  return { ...share?.books, rejectsFile: share?.rejectsPath ?? null };
}
