// What a careful user of Node writes today: fast-csv and the points of
// @influxdata/influxdb-client, with the tags, fields, types and times that
// `skein load` gives the same file, in its batches of 5,000 lines, with gzip.
//
//   node dist/bench/peers/fast-csv-client.js FILE URL ORG BUCKET, with INFLUX_TOKEN set
//
// It takes rows by `data` events, which are faster than `for await`.

import { once } from 'node:events';
import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { parseFile } from 'fast-csv';
import { type ColumnType, EXPORT_COLUMNS } from './export-columns.ts';

type Row = Readonly<Record<string, string>>;

const columnsOf = (type: ColumnType) => EXPORT_COLUMNS.filter((column) => column.type === type);
const TAGS = columnsOf('tag');
const FLOATS = columnsOf('float');
const INTEGERS = columnsOf('integer');
const BOOLEANS = columnsOf('boolean');

function pointOf(row: Row): Point {
  const point = new Point('movebank').timestamp(new Date(`${row.timestamp?.replace(' ', 'T')}Z`));
  for (const { key, column } of TAGS) {
    const text = row[column];
    if (text) point.tag(key, text);
  }
  for (const { key, column } of FLOATS) {
    const text = row[column];
    if (text) point.floatField(key, Number(text));
  }
  for (const { key, column } of INTEGERS) {
    const text = row[column];
    if (text) point.intField(key, Number(text));
  }
  for (const { key, column } of BOOLEANS) {
    const text = row[column];
    if (text) point.booleanField(key, text === 'true');
  }
  return point;
}

const [file, url, org, bucket] = process.argv.slice(2);
if (file === undefined || url === undefined || org === undefined || bucket === undefined) {
  throw new Error('node dist/bench/peers/fast-csv-client.js FILE URL ORG BUCKET');
}

const writeApi = new InfluxDB({ url, token: process.env['INFLUX_TOKEN'] ?? '' }).getWriteApi(org, bucket, 'ms', {
  batchSize: 5000,
  flushInterval: 0,
  gzipThreshold: 0,
});
const stream = parseFile<Row, Row>(file, { headers: true });
stream.on('data', (row: Row) => writeApi.writePoint(pointOf(row)));
await once(stream, 'end');
await writeApi.close();
