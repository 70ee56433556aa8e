// TSM files that Skein makes, read by a real InfluxDB 1.x (Debian's package
// `influxdb`): it opens them, and answers with every point and value.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Int64 } from '../src/encode/int64.ts';
import { BooleanColumn } from '../src/tsm/boolean-column.ts';
import { PointTable } from '../src/tsm/point-table.ts';
import { StringColumn } from '../src/tsm/string-column.ts';
import { FloatColumn, IntegerColumn } from '../src/tsm/wide-columns.ts';
import { fileIn } from './oracle/read-tsm.ts';
import { contentOfBucket } from './support/influx-server.ts';
import { hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { GEESE, skein, temporaryDirectory } from './support/skein.ts';

const WEEK_MS = 7 * 86_400_000;

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());

  it('opens files of points and answers with every value', async () => {
    const [lat, id, visible, note] = [new FloatColumn(), new IntegerColumn(), new BooleanColumn(), new StringColumn()];
    const fields = { lat, id, visible, note };
    const table = new PointTable(
      Object.entries(fields).map(([field, column]) => ({ field, column })),
      WEEK_MS,
    );
    const int64 = new Int64();
    const expected = new Map<string, unknown[]>();
    for (const animal of ['A', 'B\\ b']) {
      for (let i = 0; i < 20_000; i++) {
        const timeMs = 1_400_000_000_000 + i * 60_000 + (i % 7) * 100;
        const row = table.begin(`movebank,animal=${animal}`, timeMs);
        const values = [
          47 + Math.sin(i) / 8,
          9_007_199_254_740_993n + BigInt(i * i),
          i % 3 === 0,
          i % 5 === 0 ? `nöte ${i % 11}` : null,
        ] as const;
        lat.add(row, values[0]);
        int64.set(values[1]);
        id.add(row, int64.low, int64.high);
        visible.add(row, values[2] ? 1 : 0);
        if (values[3] !== null) note.add(row, Buffer.from(values[3]), Buffer.byteLength(values[3]));
        expected.set(`${animal.replace('\\', '')} ${timeMs}`, [values[0], Number(values[1]), values[2], values[3]]);
      }
    }
    await server.placeShards(
      'made',
      7,
      table.seal().map(({ bytes, firstMs }) => ({ firstMs, bytes: fileIn(bytes) })),
    );

    const [counted] = await server.query('SELECT count(*) FROM movebank', 'made');
    expect(counted?.values[0]?.slice(1)).toEqual([40_000, 40_000, 8000, 40_000]);
    const found = await server.query('SELECT lat, id, visible, note FROM movebank GROUP BY animal', 'made');
    const rows = found.flatMap(({ tags, values }) => values.map(([time, ...rest]) => [`${tags?.['animal']} ${time}`, rest] as const));
    expect(new Map(rows)).toEqual(expected);
  }, 60_000);

  it('holds the same after shard files were put in as after the lines were written', async () => {
    const out = join(temporaryDirectory(), 'out');
    expect((await skein(['load', GEESE, '--to', server.url, '--bucket', 'lines', '--create-bucket'])).code).toBe(0);
    expect((await skein(['load', GEESE, '--to', out, '--format', 'shards', '--chunk-bytes', '400000'])).code).toBe(0);
    const { shardSeconds, shards } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
      shardSeconds: number;
      shards: { firstMs: number; files: { name: string }[] }[];
    };
    const files = shards.flatMap(({ firstMs, files }) => files.map(({ name }) => ({ firstMs, bytes: readFileSync(join(out, name)) })));
    await server.placeShards('placed', shardSeconds / 86_400, files);
    const written = await contentOfBucket(server, 'lines');
    expect(written.points).toBe(20_724);
    expect(await contentOfBucket(server, 'placed')).toEqual(written);
  }, 60_000);
});
