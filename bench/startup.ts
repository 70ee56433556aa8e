// What a user waits for before the first byte is read.

import { fileURLToPath } from 'node:url';
import { type ExportFile, exportOf } from './export-file.ts';
import { type Figure, figureOf, median } from './figures.ts';
import { timeProcess } from './measured-process.ts';
import { OUTPUT_DIRECTORY, runSkein, SKEIN } from './programs.ts';

const SECTION = 'start-up';
const EMPTY_SCRIPT = fileURLToPath(new URL('./empty.js', import.meta.url));

/** Times are those over an empty script: the difference of the medians, and the spread of the differences round by round. */
export async function measureStartup(roundCount: number): Promise<Figure[]> {
  const file: ExportFile = exportOf({ rows: 1000 });
  // Once with its rows checked, which also warms the page cache.
  await runSkein(file, 1);
  const empty: number[] = [];
  const version: number[] = [];
  const load: number[] = [];
  for (let i = 0; i < roundCount; i++) {
    empty.push(await timeProcess([EMPTY_SCRIPT]));
    version.push(await timeProcess([SKEIN, '--version']));
    load.push(await timeProcess([SKEIN, 'load', file.path, '--to', OUTPUT_DIRECTORY, '--fresh', '--quiet']));
  }
  const over = (name: string, times: readonly number[], limit: number): Figure => {
    const differences = times.map((ms, i) => ms - (empty[i] ?? Number.NaN));
    return { ...figureOf(SECTION, name, 'ms', differences, { bound: 'at most', limit }), value: median(times) - median(empty) };
  };
  return [
    figureOf(SECTION, 'empty script', 'ms', empty),
    over('skein --version, over that', version, 60),
    over('load of 1,000 rows, over that', load, 350),
  ];
}
