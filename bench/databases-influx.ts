// InfluxDB 2 and 1.x, loaded by `skein load`.

import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FluxTableMetaData, InfluxDB } from '@influxdata/influxdb-client';
import { hasInfluxdb1, startInfluxdb1 } from '../test/support/influxdb1.ts';
import { hasInfluxdb2 } from '../test/support/influxdb2.ts';
import { type Contender, type Database, timed } from './databases-contender.ts';
import { DATA_DIRECTORY, type ExportFile } from './export-file.ts';
import { BenchServer } from './influx-server.ts';
import { node, runMeasured } from './measured-process.ts';
import { type Destination, SKEIN } from './programs.ts';

const STATE_DIRECTORY = `${DATA_DIRECTORY}state`;
const BUCKET_1 = 'bench';
/** How often InfluxDB 2 looks at the sizes that it tells. */
const METRICS_MS = 12_000;
/** What InfluxDB 1.x has only in a log is in files after that. */
const SETTLE_MS = 5000;
/** Two rows of one series and time. */
const CLASH = 'clash,animal=a lat=1 1500000000\nclash,animal=a lat=2 1500000000\n';
const CLASH_NAME = 'held of 2 rows of one animal and time';

async function load({ path, rows }: ExportFile, url: string, bucket: string, ...more: string[]): Promise<number> {
  const to = ['--to', url, '--bucket', bucket, '--state', STATE_DIRECTORY, ...more];
  const run = await runMeasured(node(SKEIN, 'load', path, ...to, '--fresh', '--no-verify', '--json'));
  rmSync(STATE_DIRECTORY, { recursive: true, force: true });
  const { points } = JSON.parse(run.stdout) as { points: number };
  if (points !== rows) throw new Error(`skein load wrote ${points} points of ${rows}`);
  return run.seconds;
}

export const influxdb2: Contender = {
  name: 'InfluxDB 2',
  isFound: hasInfluxdb2,
  howToGet: 'name one in SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and INFLUX_ORG (docker-compose.yml has one)',
  with: async (use) => {
    const server = await BenchServer.ofEnvironment();
    return server.withBucket((bucket, bucketID) => use(inBucket(bucket, bucketID)));
  },
};

function inBucket({ url, token, org, bucket }: Destination, bucketID: string): Database {
  const flux = new InfluxDB({ url, token }).getQueryApi(org);
  const from = (measurement: string): string =>
    `from(bucket: "${bucket}") |> range(start: 1970-01-02T00:00:00Z, stop: 2100-01-01T00:00:00Z) |> filter(fn: (r) => r._measurement == "${measurement}")`;
  const ask = async (query: string): Promise<{ values: string[]; meta: FluxTableMetaData }[]> => {
    const rows: { values: string[]; meta: FluxTableMetaData }[] = [];
    for await (const { values, tableMeta } of flux.iterateRows(query)) rows.push({ values, meta: tableMeta });
    return rows;
  };
  const sum = async (query: string): Promise<number> =>
    (await ask(query)).reduce((total, { values, meta }) => total + Number(meta.get(values, '_value')), 0);
  const count = (measurement: string): Promise<number> => sum(`${from(measurement)} |> filter(fn: (r) => r._field == "lat") |> count()`);
  const trackOf = (individual: string): string =>
    `${from('movebank')} |> filter(fn: (r) => r.individual_local_identifier == "${individual}" and (r._field == "lat" or r._field == "lon"))
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> keep(columns: ["_time", "lat", "lon"])`;
  const months = `${from('movebank')} |> filter(fn: (r) => r._field == "lat")
    |> aggregateWindow(every: 1mo, fn: count, createEmpty: false)
    |> group(columns: ["individual_local_identifier", "_time"]) |> sum()`;
  const headers = { authorization: `Token ${token}` };

  return {
    load: (file) => load(file, url, bucket),
    rows: () => count('movebank'),
    diskBytes: async () => {
      await sleep(METRICS_MS);
      for (const { id } of await shardsOf(url, bucketID)) {
        // A backup of a shard puts into its files what is in its log only.
        await (await fetch(`${url}/api/v2/backup/shards/${id}`, { headers })).arrayBuffer();
      }
      await sleep(METRICS_MS);
      return (await shardsOf(url, bucketID)).reduce((total, { bytes }) => total + bytes, 0);
    },
    track: (individual) => timed(async () => (await ask(trackOf(individual))).length),
    months: () => timed(() => sum(months)),
    oddities: async () => {
      const path = `/api/v2/write?${new URLSearchParams({ org, bucket, precision: 's' })}`;
      const { status } = await fetch(`${url}${path}`, { method: 'POST', headers, body: CLASH });
      if (status !== 204) throw new Error(`The server answered with ${status}`);
      return [{ name: CLASH_NAME, value: await count('clash'), unit: 'rows' }];
    },
  };
}

/** What the server says of the shards of a bucket. */
async function shardsOf(url: string, bucketID: string): Promise<{ id: string; bytes: number }[]> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const found = metrics.matchAll(/^storage_shard_disk_size\{bucket="(\w+)",.*?\bid="(\d+)".*\} (\S+)$/gm);
  return [...found].filter(([, bucket]) => bucket === bucketID).map(([, , id = '', bytes]) => ({ id, bytes: Number(bytes) }));
}

export const influxdb1: Contender = {
  name: 'InfluxDB 1.x',
  isFound: hasInfluxdb1,
  howToGet: "it is Debian's package influxdb",
  with: async (use) => {
    // The server takes it for its configuration: what is in its log goes into files at once.
    process.env['INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION'] = '1s';
    const server = await startInfluxdb1();
    const values = async (query: string): Promise<unknown[][]> => (await server.query(query, BUCKET_1)).flatMap(({ values }) => values);
    const sum = async (query: string): Promise<number> => (await values(query)).reduce((total, [, value]) => total + Number(value), 0);
    try {
      return await use({
        load: (file) => load(file, server.url, BUCKET_1, '--create-bucket'),
        rows: () => sum('SELECT count(lat) FROM movebank'),
        diskBytes: async () => {
          await sleep(SETTLE_MS);
          const shards = await server.query("SHOW STATS FOR 'shard'");
          const ours = shards.filter(({ tags }) => tags?.['database'] === BUCKET_1);
          return ours.reduce((total, { columns, values }) => total + Number(values[0]?.[columns.indexOf('diskBytes')]), 0);
        },
        track: (individual) =>
          timed(async () => (await values(`SELECT lat, lon FROM movebank WHERE individual_local_identifier = '${individual}'`)).length),
        // It knows no months.
        months: () => timed(() => sum('SELECT count(lat) FROM movebank GROUP BY time(30d), individual_local_identifier fill(none)')),
        oddities: async () => {
          const { status } = await fetch(`${server.url}/write?db=${BUCKET_1}&precision=s`, { method: 'POST', body: CLASH });
          if (status !== 204) throw new Error(`The server answered with ${status}`);
          return [{ name: CLASH_NAME, value: await sum('SELECT count(lat) FROM clash'), unit: 'rows' }];
        },
      });
    } finally {
      await server.stop();
    }
  },
};
