// One sweep: turn one thing, leave the others as they are, and see whether the
// cost of a load grows as the work grows.
//
// Its points are measured in rounds, there and back, and compared by the medians
// of their ratios to the first point of the same round. Files are made for the
// sweep and removed after it; what the disk has no room for is left out.

import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import type { InfluxServer } from '../test/support/influx-server.ts';
import { DATA_DIRECTORY } from './export-file.ts';
import { median } from './figures.ts';
import { type SweepFile, type SweepShape, writeSweepExport } from './sweep-export.ts';
import { loadIntoDirectory, loadIntoServer, type SweepRun } from './sweep-load.ts';

/** What is turned, from the first point to the last. */
export interface Sweep {
  readonly name: string;
  readonly points: readonly SweepPoint[];
  /** Into a server, whose time of loading counts; default into a directory, where the whole program's does. */
  readonly server?: InfluxServer;
}

export interface SweepPoint {
  readonly label: string;
  readonly shape: SweepShape;
  readonly flags: readonly string[];
  /** Of the bucket; default as the load makes it. */
  readonly shardGroupSeconds?: number;
}

/** How a point did. */
export interface SweptPoint {
  readonly label: string;
  /** Of the export. */
  readonly bytes: number;
  /** Medians. */
  readonly rowsPerSecond: number;
  readonly valuesPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly cpuSecondsPerMillionRows: number;
  /** To the first point of the sweep, in the same rounds. */
  readonly ratio: number;
  readonly spread: readonly [low: number, high: number];
  /** The highest. */
  readonly peakBytes: number;
}

/** Parts and journal, beside the export: more than was ever seen. */
const OUTPUT_SHARE = 0.4;
/** Of the free space, what is not touched. */
const SPARED_SHARE = 0.1;

/** Measure every point that there is room for. @throws Error when the books of a load are not what the file is */
export async function runSweep({ name, points, server }: Sweep, rounds: number): Promise<SweptPoint[]> {
  mkdirSync(DATA_DIRECTORY, { recursive: true });
  const files = new Map<string, SweepFile>();
  const runs = new Map<SweepPoint, SweepRun[]>();
  try {
    for (const point of points) {
      const { bytes } = point.shape;
      const key = JSON.stringify(point.shape);
      const [needed, free] = [bytes * ((files.has(key) ? 0 : 1) + OUTPUT_SHARE), freeBytes()];
      if (needed > free) {
        process.stderr.write(
          `Left out of the sweep of ${name}: ${point.label}, which needs ${gigabytes(needed)}. There are ${gigabytes(free)} free.\n`,
        );
        continue;
      }
      if (!files.has(key)) files.set(key, writeSweepExport(`${DATA_DIRECTORY}sweep-${files.size}.csv`, point.shape));
      runs.set(point, []);
    }
    for (let round = 0; round < rounds; round++) {
      const order = [...runs];
      for (const [point, done] of round % 2 === 0 ? order : order.reverse()) {
        const file = fileOf(files, point);
        process.stderr.write(`  ${name}, ${point.label}, round ${round + 1} of ${rounds}\n`);
        done.push(
          server === undefined
            ? await loadIntoDirectory(file, point.flags)
            : await loadIntoServer(server, file, point.flags, point.shardGroupSeconds),
        );
      }
    }
    const [first] = runs;
    return Array.from(runs, ([point, done]) => {
      const rates = rowRates(fileOf(files, point), done);
      const firstRates = first === undefined ? [] : rowRates(fileOf(files, first[0]), first[1]);
      return sweptPoint(point, fileOf(files, point), done, rates, firstRates);
    });
  } finally {
    for (const { path } of files.values()) rmSync(path, { force: true });
  }
}

function sweptPoint(
  { label }: SweepPoint,
  { rows, badRows, fields, bytes }: SweepFile,
  runs: readonly SweepRun[],
  rates: readonly number[],
  firstRates: readonly number[],
): SweptPoint {
  const rowsPerSecond = median(rates);
  const ratios = rates.map((rate, round) => rate / (firstRates[round] ?? Number.NaN));
  return {
    label,
    bytes,
    rowsPerSecond,
    valuesPerSecond: rowsPerSecond * fields * ((rows - badRows) / rows),
    megabytesPerSecond: (rowsPerSecond * bytes) / rows / 1e6,
    cpuSecondsPerMillionRows: median(runs.map(({ cpuSeconds }) => cpuSeconds)) / (rows / 1e6),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
  };
}

function rowRates({ rows }: SweepFile, runs: readonly SweepRun[]): number[] {
  return runs.map(({ seconds }) => rows / seconds);
}

function fileOf(files: ReadonlyMap<string, SweepFile>, { shape }: SweepPoint): SweepFile {
  const file = files.get(JSON.stringify(shape));
  if (file === undefined) throw new Error('A point of a sweep has no file');
  return file;
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(DATA_DIRECTORY);
  return bavail * bsize * (1 - SPARED_SHARE);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
