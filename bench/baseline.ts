// What a careful user writes today: fast-csv and the points of
// @influxdata/influxdb-client, with the tags, fields, types and times that
// `skein load` gives the same file, in its batches of 5,000 lines, with gzip.
//
//   node dist/bench/baseline.js FILE URL
//
// It takes rows by `data` events, which are faster than `for await`.

import { once } from 'node:events';
import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { parseFile } from 'fast-csv';

type Row = Readonly<Record<string, string>>;

const TAGS = [
  ['sensor_type', 'sensor-type'],
  ['individual_taxon_canonical_name', 'individual-taxon-canonical-name'],
  ['tag_local_identifier', 'tag-local-identifier'],
  ['individual_local_identifier', 'individual-local-identifier'],
  ['study_name', 'study-name'],
] as const;
const FLOATS = [
  ['lon', 'location-long'],
  ['lat', 'location-lat'],
  ['external_temperature', 'external-temperature'],
  ['ground_speed', 'ground-speed'],
  ['heading', 'heading'],
  ['height_above_ellipsoid', 'height-above-ellipsoid'],
] as const;
const INTEGERS = [
  ['event_id', 'event-id'],
  ['gps_satellite_count', 'gps:satellite-count'],
] as const;
const BOOLEANS = [
  ['visible', 'visible'],
  ['manually_marked_outlier', 'manually-marked-outlier'],
] as const;

function pointOf(row: Row): Point {
  const point = new Point('movebank').timestamp(new Date(`${row.timestamp?.replace(' ', 'T')}Z`));
  for (const [key, column] of TAGS) {
    const text = row[column];
    if (text) point.tag(key, text);
  }
  for (const [key, column] of FLOATS) {
    const text = row[column];
    if (text) point.floatField(key, Number(text));
  }
  for (const [key, column] of INTEGERS) {
    const text = row[column];
    if (text) point.intField(key, Number(text));
  }
  for (const [key, column] of BOOLEANS) {
    const text = row[column];
    if (text) point.booleanField(key, text === 'true');
  }
  return point;
}

const [file, url] = process.argv.slice(2);
if (file === undefined || url === undefined) throw new Error('node dist/bench/baseline.js FILE URL');

const writeApi = new InfluxDB({ url, token: 'none' }).getWriteApi('org', 'movebank', 'ms', {
  batchSize: 5000,
  flushInterval: 0,
  gzipThreshold: 0,
});
let rows = 0;
const stream = parseFile<Row, Row>(file, { headers: true });
stream.on('data', (row: Row) => {
  writeApi.writePoint(pointOf(row));
  rows++;
});
await once(stream, 'end');
await writeApi.close();
process.stdout.write(JSON.stringify({ rows }));
