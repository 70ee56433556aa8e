// Whatever the network or the server does, a load ends with every point in
// place, or says which are not and why. A real InfluxDB 1.x behind a proxy that
// injects faults.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { judgeAnswer } from '../src/destination/influx/answers.ts';
import type { RequestCounts } from '../src/destination/run-gauge.ts';
import { type FaultOptions, type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { contentOfBucket, type InfluxServer } from './support/influx-server.ts';
import { ADMIN, hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { REFUSED_ROWS, spoilRows } from './support/refused-rows.ts';
import { skein, temporaryDirectory } from './support/skein.ts';

const ROWS = 60_000;
const BATCHES = ['--batch-lines', '300'];

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x behind a bad network (skipped without Debian's package influxdb)", () => {
  let server: InfluxServer;
  /** One with users. */
  let strict: Influxdb1;
  let file: string;
  beforeAll(async () => {
    server = await startInfluxdb1();
    strict = await startInfluxdb1(ADMIN);
    file = join(temporaryDirectory(), 'export.csv');
    writeFileSync(file, [...generateExport({ rows: ROWS, animals: 5, seed: 3 })].join(''));
  }, 60_000);
  afterAll(() => Promise.all([server.stop(), strict.stop()]));

  const load = (url: string, database: string, ...more: string[]) =>
    skein(['load', file, '--to', url, '--bucket', database, '--create-bucket', '--json', '--quiet', ...BATCHES, ...more]);

  /** Load through a proxy, and compare with a load without one. */
  async function disturbed(
    database: string,
    faults: FaultOptions,
  ): Promise<{ requests: RequestCounts; undisturbed: RequestCounts; proxy: FaultProxy }> {
    const undisturbed = JSON.parse((await load(server.url, 'undisturbed', '--fresh')).stdout) as { requests: RequestCounts };
    expect(undisturbed.requests).toMatchObject({ triedAgain: 0, halvings: 0 });
    const proxy = await startFaultProxy(server.url, faults);
    const { code, stdout, stderr } = await load(proxy.url, database);
    await proxy.close();
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout) as { requests: RequestCounts };
    expect(report).toMatchObject({ rows: ROWS, points: ROWS, rejected: 0, balanced: true });
    expect(report.requests.sent).toBe(proxy.writes);
    expect(await contentOfBucket(server, database)).toEqual(await contentOfBucket(server, 'undisturbed'));
    return { requests: report.requests, undisturbed: undisturbed.requests, proxy };
  }

  it('holds the same after faults in 30 % of the writes, with less than twice the requests', { timeout: 120_000 }, async () => {
    const { requests, undisturbed, proxy } = await disturbed('faulty', { share: 0.3, seed: 11 });
    expect(proxy.faults.size).toBe(7);
    expect(requests.triedAgain).toBeGreaterThan(20);
    expect(requests.halvings).toBeGreaterThan(0);
    expect(requests.sent).toBeLessThan(2 * undisturbed.sent);
  });

  it('holds the same when bodies are too large for it, and gets smaller ones from then on', { timeout: 120_000 }, async () => {
    const { requests, undisturbed, proxy } = await disturbed('small', { share: 0.3, seed: 12, maxBodyBytes: 8_000 });
    expect(proxy.faults.get('413')).toBeGreaterThan(0);
    expect(proxy.faults.get('413')).toBeLessThan(20);
    expect(requests.sent).toBeLessThan(3 * undisturbed.sent);
  });

  it.each(REFUSED_ROWS)(
    'gets every good row of a batch, and exactly the bad ones, $name, become rejects',
    { timeout: 120_000 },
    async (rows) => {
      const directory = temporaryDirectory();
      const mixed = join(directory, 'mixed.csv');
      const refused = await spoilRows(file, mixed, 601, rows);
      const writer = await rows.prepare(strict, rows.database);
      // Who may only write cannot verify.
      const loadMixed = (...more: string[]) =>
        skein(['load', mixed, '--to', strict.url, '--bucket', rows.database, '--no-verify', ...BATCHES, ...more], writer);
      const state = join(directory, 'state');
      const { code, stdout } = await loadMixed('--json', '--state', state);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        rows: ROWS,
        points: ROWS - refused.length,
        rejected: refused.length,
        balanced: true,
        rejectedByReason: { refused: refused.length },
      });
      const reasons = readFileSync(join(state, 'rejects.reasons.csv'), 'utf8').trimEnd().split('\n').slice(1);
      expect(reasons.map((line) => Number(line.split(',')[0]))).toEqual(refused);
      expect(reasons[0]).toMatch(rows.reason);
      const lines = readFileSync(mixed, 'utf8').split('\r\n');
      expect(readFileSync(join(state, 'rejects.csv'), 'utf8')).toBe([lines[0], ...refused.map((row) => lines[row]), ''].join('\r\n'));
      expect((await contentOfBucket(strict, rows.database)).points).toBe(ROWS - refused.length);

      const stopped = await loadMixed('--max-rejects', '10');
      expect([stopped.code, stopped.stderr]).toEqual([6, expect.stringContaining('more than --max-rejects 10: stopped with')]);
    },
  );

  it('that takes nothing any more ends the run with 5, after one probe at a time', { timeout: 60_000 }, async () => {
    const state = { XDG_STATE_HOME: temporaryDirectory() };
    const proxy = await startFaultProxy(server.url, { share: 1, seed: 13 });
    const args = ['load', file, '--to', proxy.url, '--bucket', 'back', '--create-bucket', '--retry-seconds', '1', ...BATCHES];
    const { code, stderr } = await skein(args, state);
    expect([code, stderr]).toEqual([
      5,
      expect.stringMatching(
        /(Tried \d+ times in \d+ s|Another batch was tried for as long as is allowed)\. Not written: rows .* goes on from here/,
      ),
    ]);
    // One probe at a time, not a storm.
    expect(proxy.writes).toBeLessThan(60);
    await proxy.close();
  });
});

describe('an answer', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  it.each([
    [204, undefined, { kind: 'taken' }],
    [200, undefined, { kind: 'taken' }],
    [503, '7', { kind: 'again', afterMs: 7000, overload: true }],
    [429, 'Mon, 23 Nov 2026 12:00:30 GMT', { kind: 'again', afterMs: 30_000, overload: true }],
    [429, 'Mon, 23 Nov 2026 11:00:00 GMT', { kind: 'again', afterMs: 0, overload: true }],
    [500, 'soon', { kind: 'again', afterMs: 0, overload: true }],
    [408, undefined, { kind: 'again', afterMs: 0, overload: false }],
    [502, undefined, { kind: 'again', afterMs: 0, overload: false }],
    [413, undefined, { kind: 'smaller' }],
    [400, undefined, { kind: 'partly' }],
    [422, undefined, { kind: 'partly' }],
    [401, undefined, { kind: 'stop' }],
    [403, undefined, { kind: 'stop' }],
    [404, undefined, { kind: 'stop' }],
    [307, undefined, { kind: 'stop' }],
  ] as const)('%i with Retry-After %s', (status, retryAfter, verdict) => expect(judgeAnswer(status, retryAfter, now)).toEqual(verdict));
});
