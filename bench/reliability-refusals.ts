// Single rows that the server refuses, in batches of good ones: exactly they
// become rejects. What finding them costs is printed.

import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { contentOfBucket } from '../test/support/influx-server.ts';
import { ADMIN, startInfluxdb1 } from '../test/support/influxdb1.ts';
import { REFUSED_ROWS, spoilRows } from '../test/support/refused-rows.ts';
import { skein, temporaryDirectory } from '../test/support/skein.ts';
import { DATA_DIRECTORY, type ExportFile } from './export-file.ts';
import type { Figure } from './figures.ts';

const SECTION = 'refusals';
const SPOILED_FILE = `${DATA_DIRECTORY}spoiled.csv`;

/** @param count how many rows of the file are to be refused, evenly spread over it */
export async function measureRefusals(file: ExportFile, count: number): Promise<Figure[]> {
  const server = await startInfluxdb1(ADMIN);
  const figures: Figure[] = [];
  try {
    for (const rows of REFUSED_ROWS) {
      const refused = await spoilRows(file.path, SPOILED_FILE, Math.floor(file.rows / count), rows);
      const writer = await rows.prepare(server, rows.database);
      const state = join(temporaryDirectory(), 'state');
      // Who may only write cannot verify.
      const args = [
        'load',
        SPOILED_FILE,
        '--to',
        server.url,
        '--bucket',
        rows.database,
        '--state',
        state,
        '--no-verify',
        '--json',
        '--quiet',
      ];
      const { code, stdout, stderr } = await skein(args, writer);
      if (code !== 0) throw new Error(`The load with rows ${rows.name} ended with ${code}: ${stderr}`);
      const { points, rejected, balanced, requests, loadSeconds } = JSON.parse(stdout);
      const books = { points: file.rows - refused.length, rejected: refused.length, balanced: true };
      deepStrictEqual({ points, rejected, balanced }, books, 'the books');
      const reasons = readFileSync(join(state, 'rejects.reasons.csv'), 'utf8').trimEnd().split('\n').slice(1);
      deepStrictEqual(
        reasons.map((line) => Number(line.split(',')[0])),
        refused,
        'the rejected rows are the refused ones',
      );
      ok(
        reasons.every((line) => rows.reason.test(line)),
        'each has the reason of the server',
      );
      strictEqual((await contentOfBucket(server, rows.database)).points, points, 'the server has as many points as the books');
      const figure = (name: string, value: number, unit: string): Figure => ({
        section: SECTION,
        name: `${rows.name}: ${name}`,
        value,
        unit,
      });
      figures.push(
        { ...figure(`rows of ${file.rows} found and rejected`, rejected, ''), target: { bound: 'at least', limit: count } },
        figure('requests', requests.sent, ''),
        figure('load', loadSeconds, 's'),
      );
    }
  } finally {
    await server.stop();
    rmSync(SPOILED_FILE, { force: true });
  }
  return figures;
}
