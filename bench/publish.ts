// Put the results of a run where people see them: a chart beside them, and their
// table between two marks of the README.

import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawChart } from './chart.ts';
import type { Figure } from './figures.ts';
import { LOADERS_SECTION } from './loaders.ts';
import { busyRemarks, machineLine, type Results, readResults } from './results.ts';
import { SERVER } from './server.ts';
import { markdownOf } from './tables.ts';
import { verdictOf } from './verdict.ts';

/** This file runs in dist/bench. */
const TOP = fileURLToPath(new URL('../../', import.meta.url));
const BEGIN = '<!-- figures of the bench: npm run bench -- publish FILE -->';
const END = '<!-- end of the figures -->';

/** @returns the paths that were written */
export function publish(path: string): string[] {
  const results = readResults(path);
  if (results.quick) throw new Error(`${path} is of a smoke run, whose figures say little`);
  const chart = path.replace(/(\.json)?$/, '.svg');
  writeFileSync(chart, drawChart(results));
  const readme = resolve(TOP, 'README.md');
  const text = readFileSync(readme, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no lines "${BEGIN}" and "${END}" in this order`);
  const page = pageOf(results, relative(TOP, resolve(chart)), relative(TOP, resolve(path)));
  writeFileSync(readme, `${text.slice(0, begin + BEGIN.length)}\n${page}\n${text.slice(end)}`);
  return [chart, readme];
}

/** The figures as a section of a page in Markdown. */
export function pageOf(results: Results, chart: string, source: string): string {
  const { date, skein, bytes, figures } = results;
  return [
    `![Rates of loaders as bars](${chart})`,
    '',
    ...verdictOf(figures).flatMap((sentence) => [sentence, '']),
    markdownOf(headlinesOf(figures)),
    '',
    `Skein ${skein} on ${date.slice(0, 10)}: ${machineLine(results)}; ${Math.round(bytes / 1e6)} MB of generated export. ` +
      `All figures: [${source}](${source}).`,
    ...busyRemarks(results),
  ].join('\n');
}

/** The rates of the loaders, and what has a goal. */
function headlinesOf(figures: readonly Figure[]): Figure[] {
  const isLoader = ({ section }: Figure): boolean => section === LOADERS_SECTION || section === SERVER;
  return [
    ...figures.filter((figure) => isLoader(figure) && (figure.unit === 'krows/s' || figure.target !== undefined)),
    ...figures.filter((figure) => !isLoader(figure) && figure.target !== undefined),
  ];
}
