// What a second worker brings, beside what a second thread brings in memory,
// where nothing is shared: that is what the machine has to give just now.

import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { runSkein } from './programs.ts';
import { inRounds } from './rounds.ts';
import { PipelineThreads } from './threads.ts';

const SECTION = 'scaling';

interface Round {
  readonly one: number;
  readonly two: number;
  readonly oneThread: number;
  readonly twoThreads: number;
}

/**
 * @param csv what the threads in memory read
 * @param seconds how long they do
 */
export async function measureScaling(file: ExportFile, csv: Uint8Array, seconds: number, roundCount: number): Promise<Figure[]> {
  const threads = await PipelineThreads.start(csv, 2);
  const { rounds, yardstick } = await inRounds<Round>(SECTION, roundCount, async () => ({
    one: (await runSkein(file, 1)).rowsPerSecond,
    two: (await runSkein(file, 2)).rowsPerSecond,
    oneThread: await threads.rowsPerSecond(1, seconds),
    twoThreads: await threads.rowsPerSecond(2, seconds),
  })).finally(() => threads.close());
  const figure = (name: string, unit: string, of: (round: Round) => number, more: Pick<Figure, 'target'> = {}): Figure =>
    figureOf(SECTION, name, unit, rounds.map(of), more);
  return [
    yardstick,
    figure('skein load, 1 worker', 'krows/s', ({ one }) => one / 1e3),
    figure('skein load, 2 workers', 'krows/s', ({ two }) => two / 1e3),
    figure('in memory, 2 threads', 'krows/s', ({ twoThreads }) => twoThreads / 1e3),
    figure('in memory, 2 threads to 1', 'x', ({ oneThread, twoThreads }) => twoThreads / oneThread),
    figure('skein load, 2 workers to 1', 'x', ({ one, two }) => two / one, { target: { bound: 'at least', limit: 1.7 } }),
    figure('skein load to in memory, 2 workers and threads', '%', ({ two, twoThreads }) => (100 * two) / twoThreads, {
      target: { bound: 'at least', limit: 45 },
    }),
  ];
}
