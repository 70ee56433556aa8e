// The report of an export, as `skein report` and `skein load --report` make it.

import { basename } from 'node:path';
import type { SurveyReport } from '../collisions/find-collisions.ts';
import { count, counted } from '../counted.ts';
import { REJECT_REASONS } from '../encode/reject.ts';
import type { Books } from '../load/books.ts';
import { rejectsByReason } from '../load/forecast.ts';
import type { Page } from '../report/page.ts';
import { writeReport } from '../report/report-file.ts';
import { shellWord } from '../shell-word.ts';
import { isUrl, sourceName, stemOf } from '../source/source-name.ts';
import { VERSION } from '../version.ts';
import { collisionLines } from './findings.ts';
import { bytesOf, nameOfSource } from './sources.ts';
import { shownPath } from './summary.ts';
import { size } from './words.ts';

const ONE_LINE =
  'This mapping has one series for all animals, and so their fixes are joined to one line. The default mapping (leave out --mapping) draws one for each.';

export interface ReportOf {
  /** The exports, as the user named them. */
  readonly files: readonly string[];
  /** With tracks. */
  readonly survey: SurveyReport;
  readonly books: Books;
  /** Where the load went; undefined where there was none. */
  readonly destination?: string | undefined;
  /** What the user may not expect. */
  readonly notes: readonly string[];
}

/** A report that is on disk. */
export interface WrittenReport extends Omit<Page, 'html'> {
  readonly path: string;
  readonly bytes: number;
}

/** Make the report and write it to `path`. @throws SkeinError `destination` when it cannot be written */
export async function makeReport(path: string, { files, survey, books, destination, notes }: ReportOf): Promise<WrittenReport> {
  // Its libraries are for reports alone.
  const { makePage } = await import('../report/page.ts');
  const { html, ...page } = makePage({
    title: files.map(stemOf).join(', '),
    source: files.map((file) => (isUrl(file) ? sourceName(file) : basename(sourceName(file)))).join(', '),
    sourceBytes: bytesOf(survey),
    files: survey.sources.map(({ index, rows, rejected, filtered }) => ({ name: nameOfSource(survey, index), rows, rejected, filtered })),
    command: commandLine(process.argv.slice(2)),
    version: VERSION,
    madeMs: Date.now(),
    tracks: survey.tracks ?? [],
    books,
    destination,
    rejects: rejectedRows(survey, books),
    collisions: collisionLines(survey).filter((line) => !line.startsWith(' ')),
    sharedTimes: survey.collisions.examples.map(({ individual, series, ...shared }) => ({ ...shared, animal: individual ?? series })),
    notes: joinsAnimals(survey) ? [ONE_LINE, ...notes] : notes,
  });
  writeReport(path, html);
  return { ...page, path, bytes: Buffer.byteLength(html) };
}

/** The mapping does not keep the series of animals apart. */
function joinsAnimals({ layout, tracks = [] }: SurveyReport): boolean {
  return layout.columns[layout.individual]?.role === 'field' && tracks.some(({ fixes }) => fixes > 0);
}

/** What was made, and of how much. */
export function reportLine({ path, bytes, animals, fixes, drawnFixes }: WrittenReport): string {
  const drawn = drawnFixes < fixes ? `, ${count(drawnFixes)} of them drawn` : '';
  return `${shownPath(path)} (${size(bytes)}): ${counted(animals, 'animal')}, ${count(fixes)} ${fixes === 1 ? 'fix' : 'fixes'}${drawn}`;
}

/** What was typed, fit to be typed again. A URL goes without its query, where secrets may be. */
function commandLine(words: readonly string[]): string {
  return ['skein', ...words].map((word) => shellWord(word.replace(/https?:.*/is, sourceName))).join(' ');
}

function rejectedRows(survey: SurveyReport, books: Books) {
  const counts = rejectsByReason(survey, books);
  return REJECT_REASONS.flatMap(({ name, text }, code) => {
    const rows = counts[name];
    const first = survey.summary.examples.find(({ reason }) => reason === code);
    return rows === undefined ? [] : [{ reason: text, rows, first }];
  });
}
