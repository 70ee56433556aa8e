// What a second worker brings, beside what a second thread brings in memory,
// where nothing is shared: that is what the machine has to give just now.

import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { runSkein } from './programs.ts';
import { PipelineThreads } from './threads.ts';

const SECTION = 'scaling';

/**
 * @param csv what the threads in memory read
 * @param seconds how long they do
 */
export async function measureScaling(file: ExportFile, csv: Uint8Array, seconds: number, roundCount: number): Promise<Figure[]> {
  const one: number[] = [];
  const two: number[] = [];
  const memory: number[] = [];
  const threads = await PipelineThreads.start(csv, 2);
  try {
    for (let i = 0; i < roundCount; i++) {
      one.push((await runSkein(file, 1)).rowsPerSecond);
      two.push((await runSkein(file, 2)).rowsPerSecond);
      const oneThread = await threads.rowsPerSecond(1, seconds);
      memory.push((await threads.rowsPerSecond(2, seconds)) / oneThread);
    }
  } finally {
    await threads.close();
  }
  const thousands = (rates: readonly number[]): number[] => rates.map((rate) => rate / 1e3);
  const ratios = two.map((rate, i) => rate / (one[i] ?? Number.NaN));
  return [
    figureOf(SECTION, 'skein load, 1 worker', 'krows/s', thousands(one)),
    figureOf(SECTION, 'skein load, 2 workers', 'krows/s', thousands(two)),
    figureOf(SECTION, 'in memory, 2 threads to 1', 'x', memory),
    figureOf(SECTION, 'skein load, 2 workers to 1', 'x', ratios, { bound: 'at least', limit: 1.7 }),
  ];
}
