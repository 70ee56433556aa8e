// The programs that people load a CSV into InfluxDB 2 with.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DATA_DIRECTORY } from '../export-file.ts';
import { type Command, node } from '../measured-process.ts';
import { type ColumnType, EXPORT_COLUMNS } from './export-columns.ts';
import { type Peer, packageVersion, versionPrinted, type WriteTarget } from './peer.ts';

/** Python is not compiled: it lies in the repository, and this file runs in dist/bench/peers. */
const scriptPath = (name: string): string => fileURLToPath(new URL(`../../../bench/peers/${name}`, import.meta.url));
const PYTHON = 'python3';

export const FAST_CSV_CLIENT: Peer = {
  name: 'fast-csv + influxdb-client',
  difference: '',
  get: 'npm ci',
  bytes: 30e6,
  find: () => `fast-csv ${packageVersion('fast-csv')}, @influxdata/influxdb-client ${packageVersion('@influxdata/influxdb-client')}`,
  load: (file, { url, org, bucket, token }) => ({
    ...node(fileURLToPath(new URL('./fast-csv-client.js', import.meta.url)), file, url, org, bucket),
    environment: { INFLUX_TOKEN: token },
  }),
};

export const PYTHON_CLIENT: Peer = {
  name: 'Python influxdb-client, batching',
  difference: '',
  get: 'pip install influxdb-client, for the python3 on the PATH',
  bytes: 10e6,
  find: () => {
    const client = versionPrinted(PYTHON, ['-c', 'import influxdb_client as client; print(client.__version__)'], /(\S+)/);
    return client === undefined ? undefined : `influxdb-client ${client}, Python ${versionPrinted(PYTHON, ['--version'], /(\d\S*)/)}`;
  },
  load: (file, { url, org, bucket, token }) => ({
    program: PYTHON,
    args: [scriptPath('python_client.py'), file, url, org, bucket],
    environment: { INFLUX_TOKEN: token },
  }),
};

const CSV2LP_TYPES: Readonly<Record<ColumnType, string>> = {
  integer: 'long',
  boolean: 'boolean',
  float: 'double',
  tag: 'tag',
  time: 'dateTime:2006-01-02 15:04:05.000',
};

export const INFLUX_WRITE: Peer = {
  name: 'influx write, from CSV',
  difference: 'gzip level 6, batches of 500 kB, one after the other',
  get: "the influx command of InfluxDB 2, on the PATH (Debian's influxdb-client is that of 1.x)",
  bytes: 30e6,
  find: () => versionPrinted('influx', ['version'], /^Influx CLI (\S+)/),
  load: (file, { url, org, bucket, token }) => ({
    program: 'influx',
    args: [
      ...['write', '--host', url, '--org', org, '--bucket', bucket, '--format', 'csv', '--file', file, '--skipHeader', '1'],
      ...['--header', '#constant measurement,movebank'],
      ...['--header', EXPORT_COLUMNS.map(({ key, type }) => `${key}|${CSV2LP_TYPES[type]}`).join(',')],
    ],
    environment: { INFLUX_TOKEN: token },
  }),
};

const TELEGRAF_TYPES: Readonly<Record<ColumnType, string>> = {
  integer: 'int',
  boolean: 'bool',
  float: 'float',
  tag: 'string',
  time: 'string',
};

export const TELEGRAF: Peer = {
  name: 'Telegraf',
  difference: 'reads the whole file into memory first',
  get: 'https://docs.influxdata.com/telegraf: telegraf on the PATH',
  bytes: 30e6,
  find: () => versionPrinted('telegraf', ['--version'], /^Telegraf (\S+)/),
  load: telegraf,
};

function telegraf(file: string, { url, org, bucket, token }: WriteTarget): Command {
  const text = JSON.stringify;
  const tags = EXPORT_COLUMNS.filter(({ type }) => type === 'tag').map(({ key }) => key);
  const path = `${DATA_DIRECTORY}telegraf.conf`;
  writeFileSync(
    path,
    `[agent]
  omit_hostname = true
  metric_batch_size = 5000
  metric_buffer_limit = 100000000
[[inputs.file]]
  files = [${text(file)}]
  name_override = "movebank"
  data_format = "csv"
  csv_skip_rows = 1
  csv_column_names = ${text(EXPORT_COLUMNS.map(({ key }) => key))}
  csv_column_types = ${text(EXPORT_COLUMNS.map(({ type }) => TELEGRAF_TYPES[type]))}
  csv_tag_columns = ${text(tags)}
  csv_skip_values = [""]
  csv_timestamp_column = "timestamp"
  csv_timestamp_format = "2006-01-02 15:04:05.000"
[[outputs.influxdb_v2]]
  urls = [${text(url)}]
  organization = ${text(org)}
  bucket = ${text(bucket)}
  token = "$INFLUX_TOKEN"
  content_encoding = "gzip"
`,
  );
  return { program: 'telegraf', args: ['--config', path, '--once'], environment: { INFLUX_TOKEN: token } };
}

/** The slowest last. */
export const LOADERS: readonly Peer[] = [FAST_CSV_CLIENT, TELEGRAF, INFLUX_WRITE, PYTHON_CLIENT];

/** It writes to a QuestDB alone, at `/write`, which the sink takes and an InfluxDB 2 does not. */
const QUESTDB_CLIENT: Peer = {
  name: 'fast-csv + QuestDB client',
  difference: 'sends no gzip, times in ns',
  get: 'npm install --no-save @questdb/nodejs-client',
  bytes: 30e6,
  find: () => {
    const version = packageVersion('@questdb/nodejs-client');
    return version && `@questdb/nodejs-client ${version}, fast-csv ${packageVersion('fast-csv')}`;
  },
  load: (file, { url }) => node(fileURLToPath(new URL('./questdb-client.js', import.meta.url)), file, url),
};

/** Those that can be sent into the sink. */
export const SINK_LOADERS: readonly Peer[] = [...LOADERS, QUESTDB_CLIENT];

/** The fastest plain Python script. It writes files, as `skein load` does. */
export const PLAIN_PYTHON = {
  name: 'Python csv + f-strings + gzip -1, files',
  difference: 'checks no cell, makes one pass, syncs nothing',
  get: 'python3 on the PATH',
  bytes: 30e6,
  find: (): string | undefined => {
    const version = versionPrinted(PYTHON, ['--version'], /(\d\S*)/);
    return version === undefined ? undefined : `Python ${version}`;
  },
  load: (file: string, directory: string): Command => ({
    program: PYTHON,
    args: [scriptPath('python_plain.py'), file, `${directory}/part.lp.gz`],
  }),
};
