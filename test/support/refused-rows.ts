// Single rows that an InfluxDB 1.x refuses while it takes the others, and that no
// look at it before the load can foresee: the load is a user's who may only write.

import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { ADMIN, type Influxdb1 } from './influxdb1.ts';

export interface RefusedRows {
  /** In words. */
  readonly name: string;
  readonly database: string;
  /** Of an export that has a column `comments` at its end: make the row, an empty comment and all, a refused one. */
  readonly spoil: (row: string) => string;
  /** In the server's words. */
  readonly reason: RegExp;
  /** Make the database on a server that knows ADMIN; the environment of who may only write into it. */
  readonly prepare: (server: Influxdb1, database: string) => Promise<Record<string, string>>;
}

/** The fixtures' exports begin and end in these years. */
const YEARS = [2018, 2024] as const;
const HALF_YEAR_MS = 26 * 7 * 86_400_000;

export const REFUSED_ROWS: readonly RefusedRows[] = [
  {
    name: 'older than the retention',
    database: 'old',
    // A leap year, so that every day of another one is there.
    spoil: (row) => row.replace(/,(true|false),\d{4}-/, ',$1,1988-'),
    reason: /points beyond retention policy/,
    prepare: (server, database) => createDatabase(server, database, '1500w'),
  },
  {
    name: 'with a field of another type',
    database: 'conflict',
    spoil: (row) => `${row}"a word"`,
    reason: /field type conflict/,
    prepare: async (server, database) => {
      const writer = await createDatabase(server, database, 'INF');
      // A number in each shard. In another one the word would be taken.
      let lines = '';
      for (let ms = Date.UTC(YEARS[0]); ms < Date.UTC(YEARS[1]); ms += HALF_YEAR_MS) lines += `movebank comments=1 ${ms}\n`;
      const query = new URLSearchParams({ db: database, precision: 'ms', u: ADMIN.name, p: ADMIN.password });
      const { status } = await fetch(`${server.url}/write?${query}`, { method: 'POST', body: lines });
      if (status !== 204) throw new Error(`The points that others conflict with were answered with ${status}`);
      return writer;
    },
  },
];

async function createDatabase(server: Influxdb1, database: string, duration: string): Promise<Record<string, string>> {
  await server.query(`CREATE DATABASE ${database} WITH DURATION ${duration} REPLICATION 1 SHARD DURATION 52w NAME years`);
  return { INFLUX_TOKEN: await server.makeWriter(database) };
}

/**
 * Copy an export without flaws, with a column `comments` at its end, and every `every`-th row spoiled.
 *
 * @returns the numbers of the rows that will be refused, from 1
 */
export async function spoilRows(from: string, to: string, every: number, { spoil }: RefusedRows): Promise<number[]> {
  const refused: number[] = [];
  async function* spoiled(): AsyncGenerator<string> {
    let row = 0;
    for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Number.POSITIVE_INFINITY })) {
      const isRefused = row > 0 && row % every === 0;
      if (isRefused) refused.push(row);
      yield `${row === 0 ? `${line},comments` : isRefused ? spoil(`${line},`) : `${line},`}\r\n`;
      row++;
    }
  }
  await pipeline(spoiled, createWriteStream(to));
  return refused;
}
