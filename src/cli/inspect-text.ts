// What `skein inspect` prints for people.

import { count, counted } from '../counted.ts';
import type { InspectReport } from '../inspect-file.ts';
import { expectedBooks } from '../load/forecast.ts';
import { rejectedRows } from '../survey/summary.ts';
import type { Track } from '../survey/track.ts';
import { collisionLines, noteSentences, rejectFindings } from './findings.ts';
import { animalLines, headTags } from './inspect-animals.ts';
import { columnLines } from './inspect-columns.ts';
import { readWords, sourceLines } from './sources.ts';
import { table, wrapped } from './table.ts';
import { duration, instant, printable, short, shown } from './words.ts';

/** Of a row of line protocol. */
const MOST_OF_LINE = 2000;

/** @param width characters in a line of the terminal; Infinity where there is none */
export function inspectText(files: readonly string[], found: InspectReport, width: number): string[] {
  const { summary, layout, sampleLine } = found;
  const books = expectedBooks(found);
  const part = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines]);
  const sentences = (texts: readonly string[]): string[] => texts.flatMap((text) => wrapped(text, width, '  '));
  return [
    `${readWords(files, found)}: ${counted(summary.rows, 'row')}, ${count(rejectedRows(summary))} of them to be rejected`,
    ...(summary.blankLines > 0 ? [counted(summary.blankLines, 'blank line')] : []),
    ...part(
      'Files',
      sourceLines(found).map((line) => `  ${line}`),
    ),
    '',
    ...headLines(found, width),
    ...animalLines(found, width),
    ...part(`Columns, written to the measurement ${shown(layout.measurement)}`, columnLines(found, width)),
    ...part(
      'To be rejected',
      rejectFindings(found, books).flatMap(({ finding, places }) => [
        ...sentences([finding]),
        ...exampleLines(
          places.map(({ place, example }) => [place, shown(found.rejectTexts[example] ?? '')]),
          width,
        ),
      ]),
    ),
    ...part('Collisions', sentences(collisionLines(found))),
    ...part('Worth knowing', sentences(noteSentences(found, []))),
    ...part('A row as it is written', sampleLine === undefined ? [] : [`  ${printable(sampleLine).slice(0, MOST_OF_LINE)}`]),
    ...part('A load', sentences(loadSentences(found))),
  ];
}

/** Where rejected rows are and what stands there, a line each. */
function exampleLines(rows: readonly (readonly string[])[], width: number): string[] {
  const indent = '    ';
  const least = Math.max(0, ...rows.map(([place = '']) => place.length));
  const [, ...lines] = table(
    [
      { title: '', isText: true, least },
      { title: '', isText: true },
    ],
    rows,
    width - indent.length,
  );
  return lines.map((line) => `${indent}${line}`);
}

/** Who, when and where, a line each. */
function headLines(found: InspectReport, width: number): string[] {
  const { summary } = found;
  const rows: [title: string, text: string][] = [
    ...headTags(found),
    [
      'time',
      Number.isFinite(summary.firstMs) ? `${instant(summary.firstMs)} to ${instant(summary.lastMs)} UTC` : 'no row has a usable one',
    ],
    ['places', placesText(found)],
  ];
  const indent = Math.max(...rows.map(([title]) => title.length)) + 2;
  return rows.flatMap(([title, text]) => {
    const [first = '', ...others] = wrapped(text, width, ' '.repeat(indent));
    return [`${title.padEnd(indent)}${first.trimStart()}`, ...others];
  });
}

function placesText({ tracks = [], layout, summary: { notes } }: InspectReport): string {
  if (layout.latitude < 0 || layout.longitude < 0) return 'no columns are known to be a location';
  const sum = (of: (track: Track) => number): number => tracks.reduce((total, track) => total + of(track), 0);
  const fixes = sum((track) => track.fixes);
  const others: [value: number, thing: string, what: string][] = [
    [sum(({ outliers }) => outliers), 'outlier', ''],
    [sum(({ nullIslands }) => nullIslands), 'row', ' at (0, 0)'],
    [notes.noLocation + notes.halfLocation + notes.offEarth, 'row', ' without a location'],
  ];
  const rows = others.filter(([value]) => value > 0).map(([value, thing, what]) => `${counted(value, thing)}${what}`);
  return [`${count(fixes)} ${fixes === 1 ? 'fix' : 'fixes'}`, ...rows].join(', ');
}

/** What a load writes, and how long that would take. */
function loadSentences(found: InspectReport): string[] {
  const books = expectedBooks(found);
  const { speed, summary } = found;
  const repeated =
    books.duplicates > 0 ? `; ${counted(books.duplicates, 'row')} ${books.duplicates === 1 ? 'is' : 'are'} left out as duplicates` : '';
  const writes = `Writes ${counted(books.points, 'point')} of ${count(summary.series.size)} series${repeated}`;
  if (speed === undefined) return [`${writes}. --to <server> measures how long that takes`];
  const points = count(speed.pointsMeasured);
  const sent = speed.isMadeUp ? `${points} points that were made up, as the file has too few rows` : `its first ${points} points`;
  return [
    writes,
    `Takes about ${duration(speed.loadSeconds)} to send to ${printable(speed.server)} (${speed.title}), which takes ${short(speed.pointsPerSecond)} points/s: ` +
      `the median of ${speed.measurements} measurements with ${sent}, in buckets that were made for it and deleted again`,
  ];
}
