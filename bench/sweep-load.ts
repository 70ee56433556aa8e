// One load of a sweep, as a process of its own, with its books checked.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findServer } from '../src/destination/influx/connect.ts';
import { dialectOf } from '../src/destination/influx/dialects.ts';
import type { InfluxServer } from '../test/support/influx-server.ts';
import { countLines, DATA_DIRECTORY } from './export-file.ts';
import { node, runMeasured } from './measured-process.ts';
import { SKEIN } from './programs.ts';
import type { SweepFile } from './sweep-export.ts';

const OUTPUT_DIRECTORY = `${DATA_DIRECTORY}sweep.skein`;
const STATE_DIRECTORY = `${DATA_DIRECTORY}sweep.state`;

/** What one load took. */
export interface SweepRun {
  readonly seconds: number;
  /** Of the whole program. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Load into a directory, and count the lines in it. */
export async function loadIntoDirectory(file: SweepFile, flags: readonly string[]): Promise<SweepRun> {
  try {
    const run = await load(file, ['--to', OUTPUT_DIRECTORY, ...flags]);
    checkPoints(file, linesIn(OUTPUT_DIRECTORY), 'lines in the parts');
    return run;
  } finally {
    rmSync(OUTPUT_DIRECTORY, { recursive: true, force: true });
  }
}

/**
 * Load into a bucket of its own, and count the points in it.
 *
 * @param shardGroupSeconds of the bucket; undefined to let the load make it
 * @returns with the time of the load alone, without survey and verify
 */
export async function loadIntoServer(
  server: InfluxServer,
  file: SweepFile,
  flags: readonly string[],
  shardGroupSeconds: number | undefined,
): Promise<SweepRun> {
  const bucket = `sweep-${process.pid}`;
  if (shardGroupSeconds !== undefined) await makeBucket(server, bucket, shardGroupSeconds);
  mkdirSync(STATE_DIRECTORY, { recursive: true });
  try {
    const to = ['--to', server.url, '--bucket', bucket, '--create-bucket', '--state', STATE_DIRECTORY, '--no-verify'];
    const run = await load(file, [...to, ...flags], server.environment);
    const [counted] = await server.query('SELECT count("event_id") FROM movebank', bucket);
    checkPoints(file, Number(counted?.values[0]?.[1] ?? 0), `points in ${server.name}`);
    return { ...run, seconds: run.loadSeconds };
  } finally {
    await server.dropBucket(bucket);
    rmSync(STATE_DIRECTORY, { recursive: true, force: true });
  }
}

async function makeBucket(server: InfluxServer, bucket: string, shardGroupSeconds: number): Promise<void> {
  const { INFLUX_TOKEN: token, INFLUX_ORG: org } = server.environment;
  const target = await findServer({ url: server.url, token, org, bucket });
  await (await dialectOf(target).buckets?.(target))?.create(shardGroupSeconds);
}

async function load(
  { path, rows, badRows }: SweepFile,
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<SweepRun & { loadSeconds: number }> {
  const run = await runMeasured({ ...node(SKEIN, 'load', path, '--fresh', '--json', '--quiet', ...flags), environment });
  const said = JSON.parse(run.stdout) as { rows: number; points: number; rejected: number; balanced: boolean; loadSeconds: number };
  if (said.rows !== rows || said.rejected !== badRows || said.points !== rows - badRows || !said.balanced) {
    throw new Error(`Of ${rows} rows, ${badRows} bad ones among them, the books of skein load say ${run.stdout}`);
  }
  return { seconds: run.seconds, cpuSeconds: run.cpuSeconds, peakBytes: run.peakBytes, loadSeconds: said.loadSeconds };
}

function checkPoints({ rows, badRows }: SweepFile, found: number, what: string): void {
  if (found !== rows - badRows) throw new Error(`There are ${found} ${what}, of ${rows - badRows} good rows`);
}

function linesIn(directory: string): number {
  const parts = readdirSync(directory).filter((name) => name.endsWith('.lp.gz'));
  return parts.reduce((sum, name) => sum + countLines(gunzipSync(readFileSync(`${directory}/${name}`))), 0);
}
