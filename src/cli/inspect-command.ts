// `skein inspect`: the survey, printed.

import { type Survey, type SurveyReport, survey } from '../index.ts';
import { expectedBooks, rejectsByReason } from '../load/forecast.ts';
import { firstTime, lastTime } from '../survey/series-times.ts';
import { rejectedRows } from '../survey/summary.ts';
import { collisionLines, collisionsJson, noteSentences, referenceJson, rejectLines } from './findings.ts';
import type { ReadOptions } from './options.ts';
import { Progress } from './progress.ts';
import { readingOptions } from './reading.ts';
import { readWords, sourceLines, sourcesJson } from './sources.ts';
import { section } from './summary.ts';
import { table } from './table.ts';
import { count, counted, instant, jsonText, shown } from './words.ts';

const SHOWN_SERIES = 20;

export async function inspectCommand(files: readonly string[], options: ReadOptions, signal: AbortSignal): Promise<void> {
  const progress = new Progress(process.stderr, options.quiet === true);
  let found: SurveyReport;
  try {
    found = await survey(files, readingOptions(files, options, progress, signal));
  } finally {
    progress.end();
  }
  if (options.json === true) process.stdout.write(`${jsonText(asJson(found))}\n`);
  else process.stdout.write(`${asText(files, found).join('\n')}\n`);
}

/** The object of `--json`; the README documents it. */
function asJson(found: SurveyReport): Record<string, unknown> {
  const { summary, layout } = found;
  return {
    ...sourcesJson(found),
    rows: summary.rows,
    blankLines: summary.blankLines,
    rejected: rejectedRows(summary),
    rejectedByReason: rejectsByReason(found, expectedBooks(found)),
    collisions: collisionsJson(found),
    first: Number.isFinite(summary.firstMs) ? new Date(summary.firstMs).toISOString() : null,
    last: Number.isFinite(summary.lastMs) ? new Date(summary.lastMs).toISOString() : null,
    measurement: layout.measurement,
    series: seriesByRows(found).map(({ key, individual, rows, times }) => ({
      key,
      individual: individual ?? null,
      rows,
      first: new Date(firstTime(times)).toISOString(),
      last: new Date(lastTime(times)).toISOString(),
    })),
    columns: columnTable(found),
    reference: referenceJson(found),
    notes: noteSentences(found, []),
  };
}

function asText(files: readonly string[], found: SurveyReport): string[] {
  const { summary, layout } = found;
  const rejected = rejectedRows(summary);
  const lines = [
    `${readWords(files, found)}: ${counted(summary.rows, 'row')}, ${count(rejected)} of them to be rejected`,
    Number.isFinite(summary.firstMs) ? `${instant(summary.firstMs)} to ${instant(summary.lastMs)} UTC` : 'No row has a usable time.',
  ];
  if (summary.blankLines > 0) lines.push(counted(summary.blankLines, 'blank line'));
  if (found.collisions.counts.groups === 0) lines.push('No two rows share series and time.');

  lines.push(...section('Files', sourceLines(found)));

  const series = seriesByRows(found);
  const { common, own } = apart(series.map(({ key }) => key));
  lines.push('', `${count(series.length)} series, by rows${common === '' ? '' : `; all are ${shown(common)}`}`);
  const first = series.slice(0, SHOWN_SERIES);
  lines.push(
    ...table(
      first.map(({ rows, times }, i) => [count(rows), instant(firstTime(times)), instant(lastTime(times)), shown(own[i] ?? '')]),
      [true],
    ).map((line) => `  ${line}`),
  );
  if (series.length > SHOWN_SERIES) lines.push(`  … and ${count(series.length - SHOWN_SERIES)} more; --json lists all`);

  lines.push('', `Columns, written to the measurement ${shown(layout.measurement)}`);
  lines.push(
    ...table(columnTable(found).map(({ name, becomes, key, type }) => [shown(name), becomes, shown(key ?? ''), type ?? ''])).map(
      (line) => `  ${line}`,
    ),
  );
  const rejects = rejectLines(found, expectedBooks(found));
  if (rejects.length > 0) lines.push('', 'To be rejected', ...rejects.map((line) => `  ${line}`));
  const collisions = collisionLines(found);
  if (collisions.length > 0) lines.push('', 'Collisions', ...collisions.map((line) => `  ${line}`));
  const notes = noteSentences(found, []);
  if (notes.length > 0) lines.push('', 'Worth knowing', ...notes.map((line) => `  ${line}`));
  return lines;
}

/** What all series have in common and what each has of its own, in the words of line protocol. */
function apart(keys: readonly string[]): { common: string; own: string[] } {
  const tags = keys.map((key) => key.split(/(?<!\\),/).slice(1));
  const common = new Set(keys.length > 1 ? tags[0]?.filter((tag) => tags.every((others) => others.includes(tag))) : []);
  return { common: [...common].join(', '), own: tags.map((each) => each.filter((tag) => !common.has(tag)).join(', ')) };
}

function seriesByRows({ summary }: Survey) {
  return [...summary.series.values()].sort((a, b) => b.rows - a.rows || (a.key < b.key ? -1 : 1));
}

interface ColumnLine {
  readonly name: string;
  readonly becomes: string;
  readonly key: string | null;
  readonly type: string | null;
}

function columnTable({ layout }: Survey): ColumnLine[] {
  const own = layout.columns.map((role, column) => ({
    name: layout.names[column] ?? '',
    becomes: role.role === 'drop' ? 'not written' : role.role,
    key: role.role === 'field' || role.role === 'tag' ? role.key : null,
    type: role.role === 'field' ? role.type : null,
  }));
  const { tags = [], fields = [] } = layout.reference ?? {};
  const name = '(reference data)';
  return [
    ...own,
    ...tags.map((key) => ({ name, becomes: 'tag', key, type: null })),
    ...fields.map(({ key, type }) => ({ name, becomes: 'field', key, type })),
  ];
}
