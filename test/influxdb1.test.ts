// `skein load` into a real InfluxDB 1.x (Debian's package `influxdb`): every
// point is there, with every value as the file has it.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { GEESE, linesIn, skein, temporaryDirectory } from './support/skein.ts';

/** One batch after the other in file order, so that of colliding rows the last one stays. */

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());

  it('holds every point and value after a load, and twice the same load changes nothing', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', out]);
    const points = linesIn(out);

    for (const _ of ['first', 'again']) {
      const { code, stdout } = await skein([
        'load',
        GEESE,
        '--to',
        server.url,
        '--bucket',
        'geese',
        '--create-bucket',
        '--fresh',
        '--json',
      ]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ points: 20_724, balanced: true });
      const fields = ['event_id', 'lat', 'lon', 'visible', 'heading', 'gps_satellite_count'];
      for (const field of fields) {
        const [counted] = await server.query(`SELECT count("${field}") FROM movebank`, 'geese');
        const expected = points.filter((line) => new RegExp(`[ ,]${field}=`).test(line.slice(endOfKey(line)))).length;
        expect([field, counted?.values[0]?.[1]]).toEqual([field, expected]);
      }
    }

    const found = await server.query('SELECT "event_id", "lat", "lon" FROM movebank GROUP BY "tag_local_identifier", "dup"', 'geese');
    const rows = new Map<string, unknown[]>(
      found.flatMap(({ tags, values }) =>
        values.map(([time, ...rest]) => [`${tags?.['tag_local_identifier']} ${tags?.['dup']} ${time}`, rest] as const),
      ),
    );
    expect(rows.size).toBe(points.length);
    for (const line of points) {
      const tag = (key: string): string => new RegExp(`,${key}=([^ ,]+)`).exec(line)?.[1] ?? '';
      const key = `${tag('tag_local_identifier')} ${tag('dup')} ${line.slice(line.lastIndexOf(' ') + 1)}`;
      const number = (field: string): number | null => {
        const text = new RegExp(`[ ,]${field}=([^ ,i]+)`).exec(line.slice(endOfKey(line)))?.[1];
        return text === undefined ? null : Number(text);
      };
      expect([key, rows.get(key)]).toEqual([key, [number('event_id'), number('lat'), number('lon')]]);
    }
  });

  it('without the database says so before anything is written', async () => {
    const { code, stderr } = await skein(['load', GEESE, '--to', server.url, '--bucket', 'nope']);
    expect([code, stderr]).toEqual([5, expect.stringContaining('has no bucket nope')]);
  });

  it('takes a retention policy after a slash', async () => {
    await server.query('CREATE DATABASE other');
    await server.query('CREATE RETENTION POLICY forever ON other DURATION INF REPLICATION 1 SHARD DURATION 52w');
    expect((await skein(['load', GEESE, '--to', server.url, '--bucket', 'other/forever'])).code).toBe(0);
    const [counted] = await server.query('SELECT count("event_id") FROM other.forever.movebank');
    expect(counted?.values[0]?.[1]).toBe(20_724);
  });
});

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x with users (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1({ name: 'admin', password: 'hush-hush' });
    await server.query('CREATE DATABASE geese');
  }, 60_000);
  afterAll(() => server.stop());

  it('takes INFLUX_TOKEN as user:password, and refuses a wrong one before anything is written', async () => {
    const load = (token: string) => skein(['load', GEESE, '--to', server.url, '--bucket', 'geese'], { INFLUX_TOKEN: token });
    const refused = await load('admin:wrong-word');
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('does not accept the token')]);
    expect(refused.stderr).not.toContain('wrong-word');
    expect((await load('admin:hush-hush')).code).toBe(0);
  });
});

/** Where a line's tags end. */
function endOfKey(line: string): number {
  return line.search(/(?<!\\) /);
}
