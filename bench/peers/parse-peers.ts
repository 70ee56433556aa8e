// The CSV parsers that are compared; `parse` runs them.

import { packageVersion } from './peer.ts';

export interface ParsePeer {
  readonly name: string;
  /** To `parse`. */
  readonly argument: string;
  readonly difference: string;
  readonly get: string;
  /** Fast enough for the file that Skein loads; the others read a slice of it. */
  readonly isFast: boolean;
  /** Its version; undefined where it is not installed. */
  find(): string | undefined;
}

const OF_PACKAGE = { get: 'npm ci', isFast: false, difference: '' };
const OF_DUCKDB = { get: 'npm install --no-save @duckdb/node-api', isFast: true, find: () => packageVersion('@duckdb/node-api') };

export const PARSE_PEERS: readonly ParsePeer[] = [
  { ...OF_PACKAGE, isFast: true, name: 'uDSV', argument: 'udsv', find: () => packageVersion('udsv') },
  { ...OF_PACKAGE, name: 'papaparse', argument: 'papaparse', find: () => packageVersion('papaparse') },
  { ...OF_PACKAGE, name: 'csv-parse', argument: 'csv-parse', find: () => packageVersion('csv-parse') },
  { ...OF_PACKAGE, name: 'fast-csv', argument: 'fast-csv', find: () => packageVersion('fast-csv') },
  { ...OF_DUCKDB, name: 'DuckDB, count(*)', argument: 'duckdb-count', difference: 'two threads; makes no cells' },
  { ...OF_DUCKDB, name: 'DuckDB, typed into a table', argument: 'duckdb-table', difference: 'two threads; keeps the values in memory' },
];
