// `skein load --via shards` into a real InfluxDB 2, beside a load of the same
// export by writes: a bucket has the same cells either way, and goes on being one.

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { type BucketContent, contentOfBucket, type InfluxServer } from './support/influx-server.ts';
import { hasInfluxdb2, openInfluxdb2 } from './support/influxdb2.ts';
import { GEESE, skein, temporaryDirectory } from './support/skein.ts';

const ROWS = 8000;
const TIMESTAMP = 2;

/** The rows of all animals, mixed by their times, as a query over a study gives them. */
function mixedExport(): string {
  const [header, ...rows] = [...generateExport({ rows: ROWS, animals: 15, seed: 7 })].join('').split('\r\n').slice(0, -1);
  const timeOf = (row: string): string => row.split(',')[TIMESTAMP] ?? '';
  rows.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  const path = join(temporaryDirectory(), 'mixed.csv');
  writeFileSync(path, [header, ...rows, ''].join('\r\n'));
  return path;
}

describe.skipIf(!hasInfluxdb2)('a real InfluxDB 2 (skipped without SKEIN_TEST_INFLUX_URL)', { timeout: 120_000 }, () => {
  let server: InfluxServer;
  const buckets: string[] = [];
  const contentOf = (bucket: string): Promise<BucketContent> => contentOfBucket(server, bucket);

  beforeAll(async () => {
    server = await openInfluxdb2();
  });
  afterEach(async () => {
    for (const bucket of buckets.splice(0)) await server.dropBucket(bucket);
  });

  /** Load into a bucket that is new. */
  async function load(path: string, ...more: string[]): Promise<string> {
    const bucket = `skein-test-${randomUUID()}`;
    buckets.push(bucket);
    const state = ['--state', join(temporaryDirectory(), 'state')];
    const { code, stdout, stderr } = await skein(
      ['load', path, '--to', server.url, '--bucket', bucket, ...state, ...more],
      server.environment,
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/The server holds all [\d,]+ points/);
    return bucket;
  }

  /** Call the API about a bucket. */
  async function post(call: string, bucket: string, body: string): Promise<void> {
    const { INFLUX_ORG: org = '', INFLUX_TOKEN } = server.environment;
    const answer = await fetch(`${server.url}${call}?${new URLSearchParams({ org, bucket })}`, {
      method: 'POST',
      headers: { authorization: `Token ${INFLUX_TOKEN}` },
      body,
    });
    expect(answer.status).toBe(204);
  }

  it.each([
    ['with collisions, rejects and values that do not fit', () => GEESE],
    ['whose animals are mixed by time', mixedExport],
  ])('has every cell that writes give it of an export %s', async (_, exported) => {
    const path = exported();
    const [byShards, byWrites] = [await load(path, '--via', 'shards'), await load(path, '--create-bucket')];
    const expected = await contentOf(byWrites);
    expect(expected.points).toBeGreaterThan(ROWS / 2);
    expect(await contentOf(byShards)).toEqual(expected);
    const types = 'SHOW FIELD KEYS FROM movebank';
    expect(await server.query(types, byShards)).toEqual(await server.query(types, byWrites));
  });

  it('takes later writes and deletes in the same shards', async () => {
    const path = mixedExport();
    const both = [await load(path, '--via', 'shards'), await load(path, '--create-bucket')];
    const [byShards, byWrites] = both as [string, string];
    const before = await contentOf(byShards);
    const [series] = await server.query('SHOW SERIES FROM movebank LIMIT 1', byShards);
    const key = String(series?.values[0]?.[0]);
    const [all] = await server.query('SELECT lat FROM movebank GROUP BY * LIMIT 3', byShards);
    const [first, second, third] = (all?.values ?? []).map(([timeMs]) => Number(timeMs)) as [number, number, number];
    // One that is there and one that is not.
    const lines = [first, first + 1].map((timeMs) => `${key} lat=12.5,event_id=7i ${timeMs}000000`).join('\n');
    const animal = all?.tags?.['individual_local_identifier'] ?? '';
    // Both ends are deleted.
    const deletion = {
      start: new Date(second).toISOString(),
      stop: new Date(third).toISOString(),
      predicate: `individual_local_identifier=${JSON.stringify(animal)}`,
    };
    for (const bucket of both) {
      await post('/api/v2/write', bucket, lines);
      await post('/api/v2/delete', bucket, JSON.stringify(deletion));
    }
    const after = await contentOf(byShards);
    expect(after).toEqual(await contentOf(byWrites));
    expect([after.points, after.hash === before.hash]).toEqual([before.points + 1 - 2, false]);
    const found = await server.query(`SELECT lat FROM movebank WHERE time >= ${first}ms AND time <= ${first + 1}ms`, byShards);
    expect(found[0]?.values).toEqual(
      expect.arrayContaining([
        [first, 12.5],
        [first + 1, 12.5],
      ]),
    );
  });
});
