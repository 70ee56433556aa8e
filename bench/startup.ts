// What a user waits for before the first byte is read.

import { fileURLToPath } from 'node:url';
import { exportOf } from './export-file.ts';
import { type Figure, figureOf, median } from './figures.ts';
import { timeProcess } from './measured-process.ts';
import { OUTPUT_DIRECTORY, runSkein, SKEIN } from './programs.ts';
import { inRounds } from './rounds.ts';

const SECTION = 'start-up';
const EMPTY_SCRIPT = fileURLToPath(new URL('./empty.js', import.meta.url));

/** Times are those over an empty script: the difference of the medians, and the differences round by round. */
export async function measureStartup(roundCount: number): Promise<Figure[]> {
  const file = exportOf({ rows: 1000 });
  // Once with its rows checked, which also warms the page cache.
  await runSkein(file, 1);
  const { rounds, yardstick } = await inRounds(SECTION, roundCount, async () => ({
    empty: await timeProcess([EMPTY_SCRIPT]),
    version: await timeProcess([SKEIN, '--version']),
    load: await timeProcess([SKEIN, 'load', file.path, '--to', OUTPUT_DIRECTORY, '--fresh', '--quiet']),
  }));
  const empty = rounds.map((round) => round.empty);
  const over = (name: string, times: readonly number[], limit: number): Figure => {
    const differences = times.map((ms, i) => ms - (empty[i] ?? Number.NaN));
    const figure = figureOf(SECTION, name, 'ms', differences, { target: { bound: 'at most', limit } });
    return { ...figure, value: median(times) - median(empty) };
  };
  return [
    yardstick,
    figureOf(SECTION, 'empty script', 'ms', empty),
    over(
      'skein --version, over an empty script',
      rounds.map(({ version }) => version),
      60,
    ),
    over(
      'load of 1,000 rows, over an empty script',
      rounds.map(({ load }) => load),
      350,
    ),
  ];
}
