// `skein load --via shards` into a real InfluxDB 2, beside the rate at which the
// same server takes ready-made batches from memory, and what both leave there:
// every cell the same, and no slower to ask.

import { count } from '../src/counted.ts';
import { contentOfBucket } from '../test/support/influx-server.ts';
import { openInfluxdb2 } from '../test/support/influxdb2.ts';
import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { BenchServer } from './influx-server.ts';
import { type Destination, runSkein, runSkeinInto, type SkeinRun } from './programs.ts';
import { IN_FLIGHT, readBatches, sendBatches } from './ready-batches.ts';
import { inRounds } from './rounds.ts';
import { timeQuestions } from './shards-queries.ts';

const SECTION = 'shards';
/** Of an export of more, every field is counted and no cell is compared: it would not fit into memory. */
const MOST_ROWS_COMPARED = 3e6;
/** The first animal of every export. */
const INDIVIDUAL = 'Sigrún, first of Ísafjörður';

/** What one way into the server came to. */
interface Side {
  readonly serverCpuSeconds: number;
  readonly questionsMs: ReadonlyMap<string, number>;
  /** A hash over every cell; undefined where they are too many. */
  readonly content: string | undefined;
}

export async function measureShards(file: ExportFile, roundCount: number): Promise<Figure[]> {
  const server = await BenchServer.ofEnvironment();
  const reader = await openInfluxdb2();
  await runSkein(file, 2);
  const batches = readBatches();
  const side = async <Result>(to: Destination, load: () => Promise<Result>): Promise<Side & { readonly result: Result }> => {
    const before = server.cpuSeconds;
    const result = await load();
    const serverCpuSeconds = server.cpuSeconds - before;
    const questionsMs = await timeQuestions(to, INDIVIDUAL);
    const content = file.rows > MOST_ROWS_COMPARED ? undefined : JSON.stringify(await contentOfBucket(reader, to.bucket));
    return { result, serverCpuSeconds, questionsMs, content };
  };
  const ready = () => server.withBucket((bucket) => side(bucket, () => sendBatches(batches, file, bucket)));
  const shards = () => server.withNewBucket((bucket) => side<SkeinRun>(bucket, () => runSkeinInto(file, bucket, '--via', 'shards')));
  const { rounds, yardstick } = await inRounds(SECTION, roundCount, async (i) => {
    // Taking turns at being first, as the server has work left over from the one before.
    const first = i % 2 === 0 ? await ready() : undefined;
    const byShards = await shards();
    const byWrites = first ?? (await ready());
    if (byShards.content !== byWrites.content) throw new Error('The cells after --via shards are others than after writes');
    return { byShards, byWrites };
  });

  type Round = (typeof rounds)[number];
  const figure = (name: string, unit: string, of: (round: Round) => number, more: Pick<Figure, 'target' | 'remark'> = {}): Figure =>
    figureOf(SECTION, name, unit, rounds.map(of), more);
  const perMillion = (seconds: number): number => seconds / (file.rows / 1e6);
  const compared = file.rows > MOST_ROWS_COMPARED ? 'every field counted' : 'every cell compared';
  return [
    yardstick,
    figure('ready batches from memory', 'krows/s', ({ byWrites }) => byWrites.result / 1e3, {
      remark: `the ceiling of writes into ${server.name}, ${IN_FLIGHT} in flight`,
    }),
    figure('skein load --via shards', 'krows/s', ({ byShards }) => byShards.result.rowsPerSecond / 1e3, {
      remark: `start, survey, load, verify; ${count(file.rows)} rows, ${compared}`,
    }),
    figure('shards to ready batches', 'x', ({ byShards, byWrites }) => byShards.result.rowsPerSecond / byWrites.result, {
      target: { bound: 'at least', limit: 6 },
    }),
    figure('CPU of the server, ready batches', 's/Mrows', ({ byWrites }) => perMillion(byWrites.serverCpuSeconds)),
    figure('CPU of the server, shards', 's/Mrows', ({ byShards }) => perMillion(byShards.serverCpuSeconds), {
      target: { bound: 'at most', limit: 0.3 },
      remark: 'its answers to the verify among it',
    }),
    figure('CPU of skein load --via shards', 's/Mrows', ({ byShards }) => byShards.result.cpuSecondsPerMillionRows, {
      target: { bound: 'at most', limit: 4 },
    }),
    figure('memory of skein load --via shards', 'MiB', ({ byShards }) => byShards.result.peakBytes / 2 ** 20, {
      target: { bound: 'at most', limit: 384 },
      remark: '2 workers',
    }),
    ...[...(rounds[0]?.byShards.questionsMs.keys() ?? [])].map((question) =>
      figure(
        `"${question}": after shards to after writes`,
        'x',
        ({ byShards, byWrites }) => (byShards.questionsMs.get(question) ?? Number.NaN) / (byWrites.questionsMs.get(question) ?? Number.NaN),
        {
          target: { bound: 'at most', limit: 1 },
          remark: `${Math.round(rounds[0]?.byShards.questionsMs.get(question) ?? 0)} ms after shards`,
        },
      ),
    ),
  ];
}
