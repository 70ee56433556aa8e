// The tables of the page.

import { count } from '../counted.ts';
import type { Books } from '../load/books.ts';
import { type Animal, type Gap, nameOf } from './animal.ts';
import { type Markup, markup } from './markup.ts';
import { distance, duration, instant } from './words.ts';

const SHOWN_GAPS = 20;

/** Of one reason. */
export interface RejectedRows {
  readonly reason: string;
  readonly rows: number;
  /** The first of them: the number of its file, its own number and its offset in bytes. */
  readonly first: { readonly source: number; readonly row: number; readonly offset: number } | undefined;
}

/** One of the files that the page is of. */
export interface FileShare {
  readonly name: string;
  readonly rows: number;
  readonly rejected: number;
  readonly filtered: number;
}

/** Rows that share series and time. */
export interface SharedTime {
  readonly animal: string;
  readonly timeMs: number;
  readonly rows: number;
  /** Of two of them: the numbers of their files, and where they are in these. */
  readonly sources: readonly number[];
  readonly offsets: readonly number[];
  readonly differ: boolean;
}

export function booksTable({ rows, points, duplicates, rejected, filtered }: Books): Markup {
  const entries: [sign: string, name: string, value: number, what: string][] = [
    ['', 'rows', rows, 'data rows read'],
    ['=', 'points', points, 'written, one for each row'],
    ['+', 'duplicates', duplicates, 'rows that share series and time with another, and so are not written'],
    ['+', 'rejected', rejected, 'rows that cannot be written'],
    ['+', 'filtered', filtered, 'rows that were not asked for'],
  ];
  return markup`<table class="books"><tbody>${entries.map(
    ([
      sign,
      name,
      value,
      what,
    ]) => markup`<tr><td>${sign}</td><th scope="row">${name}</th><td class="n">${count(value)}</td><td>${what}</td></tr>
`,
  )}</tbody></table>`;
}

export function filesTable(files: readonly FileShare[]): Markup {
  return table(
    ['File', '#Rows', '#Rejected', '#Filtered'],
    files.map(({ name, rows, rejected, filtered }) => [markup`<bdi>${name}</bdi>`, count(rows), count(rejected), count(filtered)]),
  );
}

export function rejectsTable(rejects: readonly RejectedRows[], files: readonly FileShare[]): Markup {
  return table(
    ['Reason', '#Rows', '#First row', '#At byte', ...(files.length > 1 ? ['Of file'] : [])],
    rejects.map(({ reason, rows, first }) => [
      reason,
      count(rows),
      first && count(first.row),
      first && count(first.offset),
      ...(files.length > 1 ? [first && fileNames(files, [first.source])] : []),
    ]),
  );
}

/** Each once. */
function fileNames(files: readonly FileShare[], sources: readonly number[]): Markup {
  return markup`<bdi>${[...new Set(sources)].map((source) => files[source]?.name).join(' and ')}</bdi>`;
}

export function sharedTimesTable(examples: readonly SharedTime[], files: readonly FileShare[]): Markup {
  return table(
    ['Animal', 'Time (UTC)', '#Rows', 'They', '#At bytes', ...(files.length > 1 ? ['Of files'] : [])],
    examples.map(({ animal, timeMs, rows, differ, sources, offsets }) => [
      markup`<bdi>${nameOf({ name: animal })}</bdi>`,
      new Date(timeMs).toISOString().replace('T', ' ').replace('Z', ''),
      count(rows),
      differ ? 'differ' : 'are equal but for the event id',
      offsets.map(count).join(' and '),
      ...(files.length > 1 ? [fileNames(files, sources)] : []),
    ]),
  );
}

export function animalsTable(animals: readonly Animal[]): Markup {
  return table(
    [
      'Animal',
      'Sensor',
      '#Rows',
      '#Fixes',
      '#Outliers',
      '#(0,0)',
      'First fix (UTC)',
      'Last fix (UTC)',
      '#Median interval',
      '#Longest gap',
      '#Farthest',
    ],
    animals.map((animal) => [
      markup`<bdi>${nameOf(animal)}</bdi>`,
      animal.sensors.join(', '),
      count(animal.rows),
      count(animal.fixes),
      count(animal.outliers),
      count(animal.nullIslands),
      animal.firstMs === undefined ? '' : instant(animal.firstMs),
      animal.lastMs === undefined ? '' : instant(animal.lastMs),
      animal.medianIntervalMs === undefined ? '' : duration(animal.medianIntervalMs),
      animal.gaps[0] === undefined ? '–' : duration(lengthOf(animal.gaps[0])),
      animal.firstFix < 0 ? '' : distance(animal.displacementsKm.reduce((most, km) => Math.max(most, km), 0)),
    ]),
  );
}

export function gapsTable(animals: readonly Animal[]): Markup {
  const gaps = animals
    .flatMap((animal) => animal.gaps.map((gap) => ({ animal, gap })))
    .sort((a, b) => lengthOf(b.gap) - lengthOf(a.gap))
    .slice(0, SHOWN_GAPS);
  return table(
    ['Animal', 'From (UTC)', 'To (UTC)', '#Length'],
    gaps.map(({ animal, gap }) => [markup`<bdi>${nameOf(animal)}</bdi>`, instant(gap.fromMs), instant(gap.toMs), duration(lengthOf(gap))]),
  );
}

function lengthOf({ fromMs, toMs }: Gap): number {
  return toMs - fromMs;
}

/** @param heads those of numbers begin with # */
function table(heads: readonly string[], rows: readonly (readonly (Markup | string | undefined)[])[]): Markup {
  const classes = heads.map((head) => (head.startsWith('#') ? markup` class="n"` : undefined));
  const cells = (row: readonly (Markup | string | undefined)[]): Markup[] =>
    row.map((cell, column) => (column === 0 ? markup`<th scope="row">${cell}</th>` : markup`<td${classes[column]}>${cell}</td>`));
  return markup`<div class="scroll tall" tabindex="0" role="group" aria-label="Table: ${heads[0]}"><table><thead><tr>${heads.map(
    (head, column) => markup`<th scope="col"${classes[column]}>${head.replace('#', '')}</th>`,
  )}</tr></thead><tbody>
${rows.map(
  (row) => markup`<tr>${cells(row)}</tr>
`,
)}</tbody></table></div>`;
}
