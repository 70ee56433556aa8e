// Questions in InfluxQL: to an InfluxDB 1.x, and to a 3 by the same API.

import { seriesKey } from '../../encode/series-key.ts';
import { SkeinError } from '../../errors.ts';
import { askLines } from './ask.ts';
import { countInPieces } from './count-in-pieces.ts';
import { nanoseconds, quotedName, quotedText } from './influxql.ts';
import { type FieldValue, type PointKey, type PointRange, type Questions, Unanswered } from './questions.ts';
import { serverWords } from './sentences.ts';
import type { Server } from './server.ts';

interface ResultSeries {
  readonly columns: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly values: readonly (readonly unknown[])[];
}

export class InfluxqlQuestions implements Questions {
  readonly #server: Server;
  readonly #db: string;
  readonly #rp: string | undefined;
  /** Types of a measurement's fields. */
  readonly #types = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(server: Server, { db, rp }: { readonly db: string; readonly rp?: string }) {
    this.#server = server;
    this.#db = db;
    this.#rp = rp;
  }

  countBySeries({ measurement, field, fromMs, toMs }: PointRange): Promise<Map<string, number>> {
    return countInPieces({ fromMs, toMs }, async (piece) => {
      const counts = new Map<string, number>();
      const within = `time >= ${nanoseconds(piece.fromMs)} AND time < ${nanoseconds(piece.toMs)}`;
      const query = `SELECT count(${quotedName(field)}::field) FROM ${this.#from(measurement)} WHERE ${within} GROUP BY *`;
      for await (const { tags = {}, values } of this.#series(query)) {
        counts.set(seriesKey(measurement, Object.entries(tags)), Number(values[0]?.[1]));
      }
      return counts;
    });
  }

  async pointAt({ measurement, tags, timeMs }: PointKey): Promise<Map<string, FieldValue>> {
    const wanted = seriesKey(measurement, tags);
    const sameTags = [...tags].map(([key, value]) => ` AND ${quotedName(key)}::tag = ${quotedText(value)}`).join('');
    const query = `SELECT *::field FROM ${this.#from(measurement)} WHERE time = ${nanoseconds(timeMs)}${sameTags} GROUP BY *`;
    const types = await this.#typesOf(measurement);
    const fields = new Map<string, FieldValue>();
    for await (const { columns, tags: found = {}, values } of this.#series(query)) {
      if (seriesKey(measurement, Object.entries(found)) !== wanted) continue;
      for (const [column, field] of columns.entries()) {
        const value = values[0]?.[column];
        if (column > 0 && value !== null && value !== undefined) fields.set(field, typed(value, types.get(field)));
      }
    }
    return fields;
  }

  #typesOf(measurement: string): Promise<ReadonlyMap<string, string>> {
    const known = this.#types.get(measurement);
    if (known !== undefined) return known;
    const asked = this.#askTypes(measurement);
    this.#types.set(measurement, asked);
    return asked;
  }

  async #askTypes(measurement: string): Promise<ReadonlyMap<string, string>> {
    const types = new Map<string, string>();
    for await (const { values } of this.#series(`SHOW FIELD KEYS FROM ${this.#from(measurement)}`)) {
      for (const [field, type] of values) types.set(String(field), String(type));
    }
    return types;
  }

  #from(measurement: string): string {
    return `${this.#rp === undefined ? '' : `${quotedName(this.#rp)}.`}${quotedName(measurement)}`;
  }

  async *#series(q: string): AsyncGenerator<ResultSeries> {
    const server = this.#server;
    for await (const line of askLines(server, '/query', { db: this.#db, q, chunked: 'true', epoch: 'ms' }, `the database ${this.#db}`)) {
      const { results = [], error } = JSON.parse(keepLargeIntegers(line)) as {
        results?: { series?: ResultSeries[]; error?: string }[];
        error?: string;
      };
      const failure = error ?? results.find((result) => result.error !== undefined)?.error;
      if (failure !== undefined) {
        const said = serverWords(server, failure);
        if (/time|limit|memory|interrupt/i.test(failure)) throw new Unanswered(said);
        throw new SkeinError('destination', `${server.url} did not answer a query: ${said}.`);
      }
      for (const { series = [] } of results) yield* series;
    }
  }
}

/** JSON in which integers that a double may not hold are strings. */
function keepLargeIntegers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
}

/** @param type as SHOW FIELD KEYS says it */
function typed(value: unknown, type: string | undefined): FieldValue {
  if (type === 'integer' || type === 'unsigned') return BigInt(value as number | string);
  return type === 'float' ? Number(value) : (value as FieldValue);
}
