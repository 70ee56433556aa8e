// `skein replay` against what the same server takes of the same batches when
// they lie in memory ready to be sent: the server is the limit, not the replay.

import { checkArrived } from './arrival.ts';
import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { BenchServer } from './influx-server.ts';
import { node, runMeasured } from './measured-process.ts';
import { freshState, OUTPUT_DIRECTORY, runSkein, SKEIN } from './programs.ts';
import { IN_FLIGHT, readBatches, sendBatches } from './ready-batches.ts';
import { inRounds } from './rounds.ts';

const SECTION = 'replay';

export async function measureReplay(file: ExportFile, roundCount: number): Promise<Figure[]> {
  const server = await BenchServer.ofEnvironment();
  await runSkein(file, 2);
  const batches = readBatches();
  const fromMemory = (): Promise<number> => server.withBucket((bucket) => sendBatches(batches, file, bucket));
  const { rounds, yardstick } = await inRounds(SECTION, roundCount, async (i) => {
    // Taking turns at being first, as the server has work left over from the one before.
    if (i % 2 === 0) {
      const replay = await runReplay(server, file);
      return { replay, memory: await fromMemory() };
    }
    const memory = await fromMemory();
    return { replay: await runReplay(server, file), memory };
  });
  const figure = (name: string, unit: string, of: (round: (typeof rounds)[number]) => number, more = {}): Figure =>
    figureOf(SECTION, name, unit, rounds.map(of), more);
  return [
    yardstick,
    figure('skein replay, InfluxDB 2', 'klines/s', ({ replay }) => replay / 1e3),
    figure(`from memory, ${IN_FLIGHT} in flight`, 'klines/s', ({ memory }) => memory / 1e3),
    figure('skein replay to from memory', 'x', ({ replay, memory }) => replay / memory, { target: { bound: 'at least', limit: 0.95 } }),
  ];
}

/** @returns lines a second */
async function runReplay(server: BenchServer, file: ExportFile): Promise<number> {
  return server.withBucket(async (bucket) => {
    const where = ['--to', bucket.url, '--org', bucket.org, '--bucket', bucket.bucket, '--state', freshState()];
    const { stdout } = await runMeasured({
      ...node(SKEIN, 'replay', OUTPUT_DIRECTORY, ...where, '--fresh', '--json'),
      environment: { INFLUX_TOKEN: bucket.token },
    });
    checkArrived('skein replay', await bucket.arrived(), file);
    return (JSON.parse(stdout) as { linesPerSecond: number }).linesPerSecond;
  });
}
