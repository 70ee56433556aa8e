// What QuestDB's documentation shows for Node, fed by fast-csv: the tags, fields,
// types and times that `skein load` gives the same file, in batches of 5,000 rows.
// It takes rows by `for await`, as each has to wait until the one before is in.
//
//   node dist/bench/peers/questdb-client.js FILE URL
//
// The client is looked for where it is started, as it is no dependency.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseFile } from 'fast-csv';
import { type ColumnType, EXPORT_COLUMNS } from './export-columns.ts';

type Row = Readonly<Record<string, string>>;

/** As much of the client as is used here. */
interface Sender {
  table(name: string): this;
  symbol(name: string, value: string): this;
  floatColumn(name: string, value: number): this;
  intColumn(name: string, value: number): this;
  booleanColumn(name: string, value: boolean): this;
  at(time: number, unit: 'ms'): Promise<void>;
  flush(): Promise<boolean>;
  close(): Promise<void>;
}

interface Client {
  readonly Sender: { fromConfig(options: string): Promise<Sender> };
}

const columnsOf = (type: ColumnType) => EXPORT_COLUMNS.filter((column) => column.type === type);
const TAGS = columnsOf('tag');
const FLOATS = columnsOf('float');
const INTEGERS = columnsOf('integer');
const BOOLEANS = columnsOf('boolean');

async function add(sender: Sender, row: Row): Promise<void> {
  sender.table('movebank');
  for (const { key, column } of TAGS) {
    const text = row[column];
    if (text) sender.symbol(key, text);
  }
  for (const { key, column } of FLOATS) {
    const text = row[column];
    if (text) sender.floatColumn(key, Number(text));
  }
  for (const { key, column } of INTEGERS) {
    const text = row[column];
    if (text) sender.intColumn(key, Number(text));
  }
  for (const { key, column } of BOOLEANS) {
    const text = row[column];
    if (text) sender.booleanColumn(key, text === 'true');
  }
  await sender.at(Date.parse(`${row['timestamp']?.replace(' ', 'T')}Z`), 'ms');
}

const [file, url] = process.argv.slice(2);
if (file === undefined || url === undefined) throw new Error('node dist/bench/peers/questdb-client.js FILE URL');

const path = createRequire(import.meta.url).resolve('@questdb/nodejs-client');
const { Sender: client } = (await import(pathToFileURL(path).href)) as Client;
const sender = await client.fromConfig(`http::addr=${new URL(url).host};protocol_version=1;auto_flush_rows=5000;auto_flush_interval=0`);
for await (const row of parseFile<Row, Row>(file, { headers: true })) await add(sender, row as Row);
await sender.flush();
await sender.close();
