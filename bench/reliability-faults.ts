// A bad network and an overloaded server: the same is held in the end, for no
// more than twice the requests.

import { deepStrictEqual, strictEqual } from 'node:assert';
import { join } from 'node:path';
import { type FaultOptions, type FaultProxy, startFaultProxy } from '../test/support/fault-proxy.ts';
import { contentOfBucket, type InfluxServer } from '../test/support/influx-server.ts';
import { skein, temporaryDirectory } from '../test/support/skein.ts';
import type { ExportFile } from './export-file.ts';
import type { Figure } from './figures.ts';

const SECTION = 'faults';
const SHARE = 0.3;
const SEED = 17;
const RETRY_AFTER_SECONDS = 1;
const BATCH_LINES = 1000;
/** Half a batch is smaller, a whole one is not. */
const SMALL_BODY_BYTES = 25_000;

interface Load {
  readonly rows: number;
  readonly points: number;
  readonly rejected: number;
  readonly balanced: boolean;
  readonly requests: { readonly sent: number; readonly triedAgain: number };
  readonly loadSeconds: number;
}

/** @param stallMs how long a stalled request waits */
export async function measureFaults(server: InfluxServer, file: ExportFile, stallMs: number): Promise<Figure[]> {
  const state = temporaryDirectory();
  const bucketOf = (name: string): string => `faults_${name}_${process.pid}`;
  async function load(url: string, name: string): Promise<Load> {
    const to = ['--to', url, '--bucket', bucketOf(name), '--create-bucket', '--state', join(state, name)];
    const args = ['load', file.path, ...to, '--json', '--quiet', '--batch-lines', String(BATCH_LINES)];
    const { code, stdout, stderr } = await skein(args, server.environment);
    if (code !== 0) throw new Error(`The load ${name} into ${server.name} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Load;
  }

  const undisturbed = await load(server.url, 'none');
  strictEqual(undisturbed.points, file.rows, 'an undisturbed load writes every row');
  const content = await contentOfBucket(server, bucketOf('none'));
  const figures: Figure[] = [];
  const cases: [name: string, most: number, faults: Partial<FaultOptions>][] = [
    ['any', 2, {}],
    ['small', 3, { maxBodyBytes: SMALL_BODY_BYTES }],
  ];
  for (const [name, most, more] of cases) {
    const proxy = await startFaultProxy(server.url, { share: SHARE, seed: SEED, stallMs, retryAfterSeconds: RETRY_AFTER_SECONDS, ...more });
    const { rows, points, rejected, balanced, requests, loadSeconds } = await load(proxy.url, name);
    await proxy.close();
    deepStrictEqual({ rows, points, rejected, balanced }, { rows: file.rows, points: file.rows, rejected: 0, balanced: true }, 'the books');
    strictEqual(requests.sent, proxy.writes, 'requests are counted right');
    deepStrictEqual(await contentOfBucket(server, bucketOf(name)), content, 'the server holds what it does after an undisturbed load');
    await server.dropBucket(bucketOf(name));
    const what = `${server.name}: ${name === 'any' ? 'faults' : `faults, and 413 above ${SMALL_BODY_BYTES} bytes`}`;
    figures.push(
      { section: SECTION, name: `${what}, share of the writes`, value: (100 * faultsOf(proxy)) / proxy.writes, unit: '%' },
      {
        section: SECTION,
        name: `${what}, requests to those without`,
        value: requests.sent / undisturbed.requests.sent,
        unit: 'x',
        target: { bound: 'at most', limit: most },
      },
      { section: SECTION, name: `${what}, load`, value: loadSeconds, unit: 's' },
    );
    process.stderr.write(`  ${what}: ${[...proxy.faults].map(([fault, count]) => `${fault} ${count}`).join(', ')}\n`);
  }
  await server.dropBucket(bucketOf('none'));
  return figures;
}

function faultsOf({ faults }: FaultProxy): number {
  return [...faults.values()].reduce((sum, count) => sum + count, 0);
}
