// One CSV parser over one file, in a process of its own:
//
//   node dist/bench/peers/parse.js NAME FILE
//
// Prints what it found, without the header, and the seconds that it took. Parsers
// of JavaScript hand over rows as arrays of strings, in the way that their makers
// show for large files.

import { createReadStream, readFileSync } from 'node:fs';
import { Pipeline } from '../pipeline.ts';
import { EXPORT_COLUMNS } from './export-columns.ts';

export interface Parsed {
  readonly rows: number;
  /** Undefined of one that makes none. */
  readonly cells?: number;
  /** Cells that are not empty, of the columns that become fields; undefined of one that looks at none. */
  readonly values?: number;
}

const FIELD_COLUMNS = EXPORT_COLUMNS.flatMap(({ type }, column) => (type === 'tag' || type === 'time' ? [] : [column]));
const DUCKDB_TYPES = { integer: 'BIGINT', boolean: 'BOOLEAN', float: 'DOUBLE', tag: 'VARCHAR', time: 'TIMESTAMP' } as const;
const DUCKDB_THREADS = 2;

/** Counts rows of strings. */
class RowCounter {
  readonly #headerRows: number;
  #rows = 0;
  #cells = 0;
  #values = 0;

  /** @param headerRows how many the parser hands over */
  constructor(headerRows: 0 | 1) {
    this.#headerRows = headerRows;
  }

  readonly count = (cells: readonly string[]): void => {
    this.#rows++;
    this.#cells += cells.length;
    for (const column of FIELD_COLUMNS) if (cells[column]) this.#values++;
  };

  get found(): Parsed {
    const headers = this.#headerRows;
    return {
      rows: this.#rows - headers,
      cells: this.#cells - headers * EXPORT_COLUMNS.length,
      values: this.#values - headers * FIELD_COLUMNS.length,
    };
  }
}

const PARSERS: Readonly<Record<string, (path: string) => Promise<Parsed>>> = {
  async skein(path) {
    const { rows, sum } = await new Pipeline(readFileSync(path)).scan();
    return { rows, cells: sum };
  },

  async udsv(path) {
    const { inferSchema, initParser } = await import('udsv');
    const rows = new RowCounter(0);
    let parser: ReturnType<typeof initParser> | undefined;
    for await (const piece of createReadStream(path, 'utf8')) {
      parser ??= initParser(inferSchema(piece));
      parser.chunk<string[]>(piece, parser.stringArrs, rows.count);
    }
    parser?.end();
    return rows.found;
  },

  async papaparse(path) {
    const { default: Papa } = await import('papaparse');
    const rows = new RowCounter(1);
    await new Promise<void>((resolve, reject) => {
      Papa.parse<string[]>(createReadStream(path, 'utf8'), {
        skipEmptyLines: true,
        chunk: ({ data }) => data.forEach(rows.count),
        complete: () => resolve(),
        error: reject,
      });
    });
    return rows.found;
  },

  async 'csv-parse'(path) {
    const { parse } = await import('csv-parse');
    const rows = new RowCounter(1);
    const parser = createReadStream(path).pipe(parse());
    parser.on('data', rows.count);
    await new Promise<void>((resolve, reject) => parser.once('end', resolve).once('error', reject));
    return rows.found;
  },

  async 'fast-csv'(path) {
    const { parseFile } = await import('fast-csv');
    const rows = new RowCounter(1);
    const parser = parseFile<string[], string[]>(path);
    parser.on('data', rows.count);
    await new Promise<void>((resolve, reject) => parser.once('end', resolve).once('error', reject));
    return rows.found;
  },

  async 'duckdb-count'(path) {
    const [[rows] = []] = await duckdb([`SELECT count(*) FROM ${csvTable(path)}`]);
    return { rows: Number(rows) };
  },

  async 'duckdb-table'(path) {
    const counts = FIELD_COLUMNS.map((column) => `count("${EXPORT_COLUMNS[column]?.column}")`).join(' + ');
    const [[rows, values] = []] = await duckdb([`CREATE TABLE export AS FROM ${csvTable(path)}`, `SELECT count(*), ${counts} FROM export`]);
    return { rows: Number(rows), values: Number(values) };
  },
};

/** Its sniffer takes the export's rare doubled quotes for an error, so it is told all. */
function csvTable(path: string): string {
  const columns = EXPORT_COLUMNS.map(({ column, type }) => `'${column}': '${DUCKDB_TYPES[type]}'`).join(', ');
  const dialect = `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"'`;
  return `read_csv('${path.replaceAll("'", "''")}', ${dialect}, columns = {${columns}})`;
}

/** What is used of @duckdb/node-api, which need not be installed. */
interface DuckDb {
  readonly DuckDBInstance: { create(path: string, options: Record<string, string>): Promise<{ connect(): Promise<DuckDbConnection> }> };
}
interface DuckDbConnection {
  runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
}

/** Run each statement in memory. @returns rows of the last */
async function duckdb(statements: readonly string[]): Promise<unknown[][]> {
  const name: string = '@duckdb/node-api';
  const { DuckDBInstance } = (await import(name)) as DuckDb;
  const connection = await (await DuckDBInstance.create(':memory:', { threads: String(DUCKDB_THREADS) })).connect();
  let rows: unknown[][] = [];
  for (const sql of statements) rows = (await connection.runAndReadAll(sql)).getRows();
  return rows;
}

const [name = '', path] = process.argv.slice(2);
const parser = PARSERS[name];
if (parser === undefined || path === undefined) throw new Error(`node dist/bench/peers/parse.js ${Object.keys(PARSERS).join('|')} FILE`);
const began = performance.now();
const found = await parser(path);
process.stdout.write(JSON.stringify({ ...found, seconds: (performance.now() - began) / 1000 }));
