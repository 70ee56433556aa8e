// `npm run bench -- sweep`: what is turned, and what is printed of it.
//
//   npm run bench -- sweep [--quick]            all of them: about 20 minutes, and 16 GB of disk
//   npm run bench -- sweep-size sweep-animals   some of them
//
// Sweeps into a server use the InfluxDB 2 that SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN
// and INFLUX_ORG name, else the InfluxDB 1.x of the machine, if there is one.

import { usableCores } from '../src/cores.ts';
import { count, counted } from '../src/counted.ts';
import type { InfluxServer } from '../test/support/influx-server.ts';
import { hasInfluxdb1, startInfluxdb1 } from '../test/support/influxdb1.ts';
import { hasInfluxdb2, openInfluxdb2 } from '../test/support/influxdb2.ts';
import { removeTemporaryDirectories } from '../test/support/skein.ts';
import type { Figure } from './figures.ts';
import { runSweep, type SweepPoint, type SweptPoint } from './sweep.ts';
import type { SweepShape } from './sweep-export.ts';

/** How much of everything. */
const FULL = {
  bytes: 300e6,
  serverBytes: 60e6,
  sizes: [300e6, 100e6, 1e9, 3e9, 10e9],
  animals: [40, 1, 1000, 10_000, 100_000],
  rounds: 3,
};
const QUICK: typeof FULL = { bytes: 10e6, serverBytes: 3e6, sizes: [10e6, 30e6], animals: [40, 1, 1000, 10_000], rounds: 1 };

const DAY_SECONDS = 86_400;
const MOST_MIB = 256;
/** Rows a second of larger files to those of the first. */
const LEAST_OF_SIZE = 0.9;

/** What is turned takes memory. */
const WITHOUT_MEMORY_TARGET = ['workers', 'chunk'];
const SERVER_SWEEPS = ['in-flight', 'server-batch', 'shards'] as const;

type Section = () => Promise<Figure[]>;

/** The sweeps by name, and `sweep` for all of them. */
export function sweepSections(quick: boolean): Readonly<Record<string, Section>> {
  const plan = quick ? QUICK : FULL;
  const sweeps = sweepsOf(plan);
  const sections = Object.entries(sweeps).map(([name, points]): [string, Section] => [
    `sweep-${name}`,
    () => swept(name, points, plan.rounds),
  ]);
  const all: Section = async () => {
    const figures: Figure[] = [];
    for (const [, section] of sections) figures.push(...(await section()));
    return figures;
  };
  return Object.fromEntries([...sections, ['sweep', all]]);
}

function sweepsOf(plan: typeof FULL): Readonly<Record<string, SweepPoint[]>> {
  const base: SweepShape = { bytes: plan.bytes, animals: 40, columns: 16, badShare: 0 };
  const small: SweepShape = { ...base, bytes: plan.serverBytes };
  const two = ['--workers', '2'];
  const point = (label: string, shape: Partial<SweepShape>, flags: readonly string[] = two): SweepPoint => ({
    label,
    shape: { ...base, ...shape },
    flags,
  });
  const flagged = (flag: string, values: readonly number[], unit: string, shape = base): SweepPoint[] =>
    values.map((value) => ({ label: counted(value, unit), shape, flags: [...two, flag, String(value)] }));
  const workers = Array.from({ length: usableCores() }, (_, i) => i + 1);
  return {
    workers: workers.map((threads) => point(counted(threads, 'worker'), {}, ['--workers', String(threads)])),
    batch: flagged('--batch-lines', [5000, 500, 1000, 2000, 10_000, 20_000, 50_000], 'line'),
    chunk: flagged(
      '--chunk-bytes',
      [4, 1 / 4, 1, 16, 64].map((mib) => mib * 2 ** 20),
      'byte',
    ),
    size: plan.sizes.map((bytes) => point(`${count(bytes / 1e6)} MB`, { bytes })),
    animals: plan.animals.map((animals) => point(counted(animals, 'animal'), { animals })),
    columns: [16, 8, 30, 60].map((columns) => point(counted(columns, 'column'), { columns })),
    bad: [0, 0.01, 0.1, 0.5].map((badShare) => point(`${badShare * 100} % bad rows`, { badShare })),
    'in-flight': [4, 1, 2, 8, 16].map((batches) => ({
      label: `${batches} in flight`,
      shape: small,
      flags: batches === 1 ? ['--workers', '1', '--in-flight', '1'] : [...two, '--in-flight', String(batches / 2)],
    })),
    'server-batch': flagged('--batch-lines', [5000, 1000, 2000, 10_000, 20_000], 'line', small),
    shards: [364, 7, 28, 728, 3640].map((days) => ({
      label: `shard groups of ${days} days`,
      shape: small,
      flags: two,
      shardGroupSeconds: days * DAY_SECONDS,
    })),
  };
}

async function swept(name: string, points: SweepPoint[], rounds: number): Promise<Figure[]> {
  if (!SERVER_SWEEPS.some((server) => server === name)) return printed(name, await runSweep({ name, points }, rounds));
  const server = await openServer();
  if (server === undefined) {
    process.stderr.write(
      `Left out, as there is no InfluxDB 1.x here and SKEIN_TEST_INFLUX_URL names no InfluxDB 2: the sweep of ${name}\n`,
    );
    return [];
  }
  try {
    return printed(`${name}, ${server.name}`, await runSweep({ name, points, server }, rounds));
  } finally {
    await server.stop();
    removeTemporaryDirectories();
  }
}

async function openServer(): Promise<InfluxServer | undefined> {
  if (hasInfluxdb2) return openInfluxdb2();
  return hasInfluxdb1 ? startInfluxdb1() : undefined;
}

/** Print the table of a sweep. @returns what has a target of it */
function printed(name: string, points: readonly SweptPoint[]): Figure[] {
  const head = ['', 'rows/s', 'values/s', 'MB/s', 'CPU s/Mrow', 'to the first', 'spread', 'peak MiB'];
  const cells = points.map((point) => [
    point.label,
    count(point.rowsPerSecond),
    count(point.valuesPerSecond),
    point.megabytesPerSecond.toFixed(0),
    point.cpuSecondsPerMillionRows.toFixed(2),
    point.ratio.toFixed(2),
    point.spread.map((ratio) => ratio.toFixed(2)).join(' … '),
    (point.peakBytes / 2 ** 20).toFixed(0),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((row) => row[column]?.length ?? 0)));
  const lines = [head, ...cells].map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
  process.stdout.write(`\nsweep of ${name}\n${lines.join('\n')}\n`);
  return targetsOf(name, points);
}

function targetsOf(name: string, points: readonly SweptPoint[]): Figure[] {
  const section = `sweep of ${name}`;
  const peak = Math.max(...points.map(({ peakBytes }) => peakBytes)) / 2 ** 20;
  const memory: Figure = {
    section,
    name: 'peak memory, 2 workers',
    unit: 'MiB',
    value: peak,
    target: { bound: 'at most', limit: MOST_MIB },
  };
  const first = points[0]?.bytes ?? 0;
  const sizes = points
    .filter(({ bytes }) => bytes > first)
    .map(
      ({ label, ratio }): Figure => ({
        section,
        name: `${label}, rows a second to the first`,
        unit: 'x',
        value: ratio,
        target: { bound: 'at least', limit: LEAST_OF_SIZE },
      }),
    );
  return [...(name === 'size' ? sizes : []), ...(WITHOUT_MEMORY_TARGET.includes(name) ? [] : [memory])];
}
