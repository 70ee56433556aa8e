// Skein against what users have today, and against what the cores can give in
// memory, in rounds: the machine drifts, so only neighbours are compared.

import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { type LoadRun, runBaseline, runSkein, Sink } from './programs.ts';
import { PipelineThreads } from './threads.ts';

const SECTION = 'pairs';

interface Round {
  readonly skein: LoadRun;
  readonly baseline: LoadRun;
  readonly memoryRowsPerSecond: number;
}

/**
 * @param small what the baseline reads: it is slow, rows a second are compared, and a twentieth takes it about as
 *   long as the whole takes Skein, so that starting weighs alike
 * @param csv what the threads in memory read
 * @param seconds how long they do
 */
export async function measurePairs(
  file: ExportFile,
  small: ExportFile,
  csv: Uint8Array,
  seconds: number,
  roundCount: number,
): Promise<Figure[]> {
  const sink = await Sink.start();
  const threads = await PipelineThreads.start(csv, 2);
  const rounds: Round[] = [];
  try {
    for (let i = 0; i < roundCount; i++) {
      const skein = await runSkein(file, 2);
      const baseline = await runBaseline(small, sink);
      rounds.push({ skein, baseline, memoryRowsPerSecond: await threads.rowsPerSecond(2, seconds) });
    }
  } finally {
    sink.close();
    await threads.close();
  }

  const figure = (name: string, unit: string, of: (round: Round) => number): Figure => figureOf(SECTION, name, unit, rounds.map(of));
  return [
    figure('skein load, 2 workers, directory', 'krows/s', ({ skein }) => skein.rowsPerSecond / 1e3),
    figure('fast-csv + influxdb-client, sink', 'krows/s', ({ baseline }) => baseline.rowsPerSecond / 1e3),
    figure('in memory, 2 threads', 'krows/s', ({ memoryRowsPerSecond }) => memoryRowsPerSecond / 1e3),
    figure('skein load, CPU', 's/Mrows', ({ skein }) => skein.cpuSecondsPerMillionRows),
    figure('fast-csv + influxdb-client, CPU', 's/Mrows', ({ baseline }) => baseline.cpuSecondsPerMillionRows),
    figure('skein load, peak memory', 'MiB', ({ skein }) => skein.peakBytes / 2 ** 20),
    figure('fast-csv + influxdb-client, peak memory', 'MiB', ({ baseline }) => baseline.peakBytes / 2 ** 20),
    {
      ...figure('skein to fast-csv + influxdb-client', 'x', ({ skein, baseline }) => skein.rowsPerSecond / baseline.rowsPerSecond),
      target: { bound: 'at least', limit: 20 },
    },
    {
      ...figure(
        'skein to in memory, 2 threads',
        '%',
        ({ skein, memoryRowsPerSecond }) => (100 * skein.rowsPerSecond) / memoryRowsPerSecond,
      ),
      target: { bound: 'at least', limit: 45 },
    },
  ];
}
