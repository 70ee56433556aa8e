// Questions in InfluxQL.

import { seriesKey } from '../../encode/series-key.ts';
import { addTo, countInPieces } from './count-in-pieces.ts';
import { nanoseconds, quotedName, quotedText } from './influxql.ts';
import { type Database, InfluxqlClient } from './influxql-client.ts';
import type { FieldValue, PointKey, PointRange, Questions, StoredType } from './questions.ts';
import type { Server } from './server.ts';
import { untilAnswered } from './until-answered.ts';

export class InfluxqlQuestions implements Questions {
  readonly #client: InfluxqlClient;
  /** Types of fields, by measurement. */
  readonly #types = new Map<string, Map<string, Set<StoredType>>>();

  constructor(server: Server, database: Database) {
    this.#client = new InfluxqlClient(server, database);
  }

  countBySeries({ measurement, field, fromMs, toMs }: PointRange): Promise<Map<string, number>> {
    return countInPieces({ fromMs, toMs }, async (piece) => {
      const counts = new Map<string, number>();
      const within = `time >= ${nanoseconds(piece.fromMs)} AND time < ${nanoseconds(piece.toMs)}`;
      const query = `SELECT count(${quotedName(field)}::field) FROM ${this.#client.from(measurement)} WHERE ${within} GROUP BY *`;
      for await (const { tags = {}, values } of this.#client.run(query)) {
        addTo(counts, seriesKey(measurement, Object.entries(tags)), Number(values[0]?.[1]));
      }
      return counts;
    });
  }

  async pointAt({ measurement, tags, timeMs }: PointKey): Promise<Map<string, FieldValue>> {
    const wanted = seriesKey(measurement, tags);
    const sameTags = [...tags].map(([key, value]) => ` AND ${quotedName(key)}::tag = ${quotedText(value)}`).join('');
    const query = `SELECT *::field FROM ${this.#client.from(measurement)} WHERE time = ${nanoseconds(timeMs)}${sameTags} GROUP BY *`;
    return untilAnswered(async () => {
      const fields = new Map<string, FieldValue>();
      for await (const { columns, tags: found = {}, values } of this.#client.run(query)) {
        if (seriesKey(measurement, Object.entries(found)) !== wanted) continue;
        for (const [column, field] of columns.entries()) {
          const value = values[0]?.[column];
          if (column > 0 && value !== null && value !== undefined) fields.set(field, typed(value, await this.#typesOf(measurement, field)));
        }
      }
      return fields;
    });
  }

  /** What was asked once is known, save for a field that was not there yet. */
  async #typesOf(measurement: string, field: string): Promise<ReadonlySet<StoredType> | undefined> {
    const known = this.#types.get(measurement)?.get(field);
    if (known !== undefined) return known;
    const types = await this.fieldTypes(measurement);
    this.#types.set(measurement, types);
    return types.get(field);
  }

  fieldTypes(measurement: string): Promise<Map<string, Set<StoredType>>> {
    return untilAnswered(async () => {
      const types = new Map<string, Set<StoredType>>();
      for (const row of await this.#client.rows(`SHOW FIELD KEYS FROM ${this.#client.from(measurement)}`)) {
        const field = String(row['fieldKey']);
        types.set(field, (types.get(field) ?? new Set()).add(row['fieldType'] as StoredType));
      }
      return types;
    });
  }
}

/** A value of JSON, which does not tell an integer from a float. */
function typed(value: unknown, types: ReadonlySet<StoredType> | undefined): FieldValue {
  if (types?.has('integer') || types?.has('unsigned')) return BigInt(value as number | string);
  return types?.has('float') ? Number(value) : (value as FieldValue);
}
