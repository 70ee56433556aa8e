// Whatever the network or the server does, a load ends with every point in
// place, or says which are not and why. A real InfluxDB 1.x behind a proxy that
// injects faults.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { judgeAnswer } from '../src/destination/influx/answers.ts';
import type { RequestCounts } from '../src/destination/run-gauge.ts';
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { ADMIN, hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { skein, temporaryDirectory } from './support/skein.ts';

const ROWS = 60_000;
const BATCHES = ['--batch-lines', '300'];

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x behind a bad network (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  let file: string;
  beforeAll(async () => {
    server = await startInfluxdb1();
    file = join(temporaryDirectory(), 'export.csv');
    writeFileSync(file, [...generateExport({ rows: ROWS, animals: 5, seed: 3 })].join(''));
  }, 60_000);
  afterAll(() => server.stop());

  /** Every point's event id and place, by animal and time. */
  const contentOf = async (database: string): Promise<string> =>
    JSON.stringify(await server.query('SELECT event_id, lat, lon FROM movebank GROUP BY individual_local_identifier', database));
  const load = (url: string, database: string, ...more: string[]) =>
    skein(['load', file, '--to', url, '--bucket', database, '--create-bucket', '--json', '--quiet', ...BATCHES, ...more]);

  async function disturbed(proxy: FaultProxy, database: string): Promise<{ requests: RequestCounts }> {
    const { code, stdout, stderr } = await load(proxy.url, database);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { points: number; requests: RequestCounts };
    expect(report).toMatchObject({ rows: ROWS, points: ROWS, rejected: 0, balanced: true });
    expect(report.requests.sent).toBe(proxy.writes);
    expect(await contentOf(database)).toBe(await contentOf('undisturbed'));
    return report;
  }

  it('holds the same after faults in 30 % of the writes, with less than twice the requests', { timeout: 120_000 }, async () => {
    const undisturbed = JSON.parse((await load(server.url, 'undisturbed')).stdout) as { requests: RequestCounts };
    expect(undisturbed.requests).toMatchObject({ triedAgain: 0, halvings: 0 });
    const proxy = await startFaultProxy(server.url, { share: 0.3, seed: 11 });
    const { requests } = await disturbed(proxy, 'faulty');
    expect(proxy.faults.size).toBe(7);
    expect(requests.triedAgain).toBeGreaterThan(20);
    expect(requests.halvings).toBeGreaterThan(0);
    expect(requests.sent).toBeLessThan(2 * undisturbed.requests.sent);
    await proxy.close();
  });

  it('holds the same when bodies are too large for it, and gets smaller ones from then on', { timeout: 120_000 }, async () => {
    const undisturbed = JSON.parse((await load(server.url, 'undisturbed', '--fresh')).stdout) as { requests: { sent: number } };
    const proxy = await startFaultProxy(server.url, { share: 0.3, seed: 12, maxBodyBytes: 8_000 });
    const { requests } = await disturbed(proxy, 'small');
    expect(proxy.faults.get('413')).toBeLessThan(20);
    expect(requests.sent).toBeLessThan(3 * undisturbed.requests.sent);
    await proxy.close();
  });

  it('gets every good row of a batch, and exactly the bad ones become rejects with its reason', { timeout: 120_000 }, async () => {
    // Rows of the year 1990, spread over the file, are older than the retention.
    const lines = readFileSync(file, 'utf8').split('\r\n');
    const bad = lines.map((line, i) => (i > 0 && i % 601 === 0 ? line.replace(/,(true|false),\d{4}-/, ',$1,1990-') : line));
    const badRows = lines.flatMap((_, i) => (i > 0 && i % 601 === 0 ? [String(i)] : []));
    const mixed = join(temporaryDirectory(), 'mixed.csv');
    writeFileSync(mixed, bad.join('\r\n'));
    // A user who may only write: the retention cannot be looked at, so only the answers tell.
    const strict = await startInfluxdb1(ADMIN);
    await strict.query('CREATE DATABASE mixed WITH DURATION 1500w REPLICATION 1 SHARD DURATION 52w NAME years');
    const token = await strict.makeWriter('mixed');
    const loadMixed = (...more: string[]) =>
      skein(['load', mixed, '--to', strict.url, '--bucket', 'mixed', ...BATCHES, ...more], { INFLUX_TOKEN: token });
    const state = temporaryDirectory();
    const { code, stdout } = await loadMixed('--json', '--state', join(state, 's'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: ROWS,
      points: ROWS - badRows.length,
      rejected: badRows.length,
      balanced: true,
      rejectedByReason: { refused: badRows.length },
    });
    const reasons = readFileSync(join(state, 's', 'rejects.reasons.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(reasons.map((line) => line.split(',')[0])).toEqual(badRows);
    expect(reasons[0]).toContain('refused,"the server refused the point: partial write: points beyond retention policy');
    const rejects = readFileSync(join(state, 's', 'rejects.csv'), 'utf8');
    expect(rejects).toBe([lines[0], ...bad.filter((_, i) => i > 0 && i % 601 === 0), ''].join('\r\n'));
    const [counted] = await strict.query('SELECT count(event_id) FROM movebank', 'mixed');
    expect(counted?.values[0]?.[1]).toBe(ROWS - badRows.length);

    const refused = await loadMixed('--max-rejects', '10');
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining('more than --max-rejects 10: stopped with')]);
    await strict.stop();
  });

  it('that takes nothing any more ends the run with 5, after one probe at a time', { timeout: 60_000 }, async () => {
    const state = { XDG_STATE_HOME: temporaryDirectory() };
    const proxy = await startFaultProxy(server.url, { share: 1, seed: 13 });
    const args = ['load', file, '--to', proxy.url, '--bucket', 'back', '--create-bucket', '--retry-seconds', '1', ...BATCHES];
    const { code, stderr } = await skein(args, state);
    expect([code, stderr]).toEqual([5, expect.stringMatching(/Tried \d+ times in \d+ s\. Not written: rows .* goes on from here/)]);
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
