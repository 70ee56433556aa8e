// TSM files that Skein makes, read by a real InfluxDB 1.x (Debian's package
// `influxdb`): it opens them, and answers with every point and value.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Int64 } from '../src/encode/int64.ts';
import { StitchGauge } from '../src/load/stitch-gauge.ts';
import { stitchShard } from '../src/load/stitch-shard.ts';
import { BooleanColumn } from '../src/tsm/boolean-column.ts';
import { PointTable, type ShardPiece } from '../src/tsm/point-table.ts';
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

  it('has all points of a shard whose file was cut in several, also within a key', async () => {
    const lat = new FloatColumn();
    const table = new PointTable([{ field: 'lat', column: lat }], WEEK_MS);
    const firstMs = Date.UTC(2014, 4, 6);
    const expected: unknown[] = [];
    for (let i = 0; i < 50_000; i++) {
      lat.add(table.begin('movebank,animal=A', firstMs + i * 1000), Math.sin(i));
      expected.push([firstMs + i * 1000, Math.sin(i)]);
    }
    const [{ bytes, shardMs }] = table.seal() as [ShardPiece];
    const directory = temporaryDirectory();
    const part = join(directory, 'part');
    writeFileSync(part, bytes);
    const made = stitchShard({
      path: join(directory, 'shard.tsm'),
      startMs: shardMs,
      endMs: shardMs + WEEK_MS,
      pieces: [{ path: part, offset: 0, length: bytes.length }],
      mostBytes: Math.ceil(bytes.length / 2.5),
      gauge: StitchGauge.create().numbers,
    });
    expect(made.map(({ keys }) => keys)).toEqual([1, 1, 1]);
    await server.placeShards(
      'cut',
      7,
      made.map(({ path }) => ({ firstMs, bytes: readFileSync(path) })),
    );
    const [found] = await server.query('SELECT lat FROM movebank', 'cut');
    expect(found?.values).toEqual(expected);
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
