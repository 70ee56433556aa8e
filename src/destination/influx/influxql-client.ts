// Run statements of InfluxQL: on an InfluxDB 1.x, and on a 2 and 3 by the same API.

import { SkeinError } from '../../errors.ts';
import { askLines, readObject } from './ask.ts';
import { quotedName } from './influxql.ts';
import { NotAllowed, Unanswered } from './questions.ts';
import { serverWords } from './sentences.ts';
import type { Server } from './server.ts';

export interface ResultSeries {
  readonly columns: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly values: readonly (readonly unknown[])[];
}

/** One document of an answer in chunks. */
interface QueryAnswer {
  readonly results?: readonly {
    readonly series?: readonly (Omit<ResultSeries, 'values'> & Partial<ResultSeries>)[];
    readonly error?: string;
  }[];
  readonly error?: string;
}

/** A database, and its retention policy if it is not the default one. */
export interface Database {
  readonly db: string;
  readonly rp?: string;
}

export class InfluxqlClient {
  readonly #server: Server;
  readonly #database: Database;

  constructor(server: Server, database: Database) {
    this.#server = server;
    this.#database = database;
  }

  /** A measurement, as FROM takes it. */
  from(measurement: string): string {
    const { rp } = this.#database;
    return `${rp === undefined ? '' : `${quotedName(rp)}.`}${quotedName(measurement)}`;
  }

  /**
   * Run one statement. Integers that a double may not hold are strings.
   *
   * @throws NotAllowed when this token may not; Unanswered when it may be answered another time; SkeinError `destination`
   */
  async *run(q: string): AsyncGenerator<ResultSeries> {
    const server = this.#server;
    const { db, rp } = this.#database;
    const form = { db, ...(rp === undefined ? {} : { rp }), q, chunked: 'true', epoch: 'ms' };
    for await (const line of askLines(server, '/query', form, `the database ${db}`)) {
      const { results = [], error } = readObject<QueryAnswer>(server, keepLargeIntegers(line));
      const failure = error ?? results.find((result) => result.error !== undefined)?.error;
      if (failure !== undefined) throw this.#explained(failure);
      for (const { series = [] } of results) {
        // What has no row has no values either.
        for (const { values = [], ...rest } of series) yield { ...rest, values };
      }
    }
  }

  /** The rows of all series that a statement gives. */
  async rows(q: string): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    for await (const { columns, values } of this.run(q)) {
      for (const row of values) rows.push(Object.fromEntries(columns.map((column, i) => [column, row[i]])));
    }
    return rows;
  }

  #explained(failure: string): SkeinError {
    const { url } = this.#server;
    const said = serverWords(this.#server, failure);
    // A token that may not read is told that there is no such database.
    if (/not found|authoriz|privilege/i.test(failure)) return new NotAllowed(`${url} did not answer a query: ${said}.`);
    // An engine is closed while an InfluxDB 2 takes in its shard.
    if (/time|limit|memory|interrupt|engine is closed/i.test(failure)) return new Unanswered(url, said);
    return new SkeinError('destination', `${url} did not answer a query: ${said}.`);
  }
}

function keepLargeIntegers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
}
