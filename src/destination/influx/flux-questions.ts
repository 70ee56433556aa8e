// Questions to an InfluxDB 2, in Flux, through its own client.

import { flux, fluxDateTime, fluxExpression, type Row } from '@influxdata/influxdb-client';
import { seriesKey } from '../../encode/series-key.ts';
import { addTo, countInPieces, type TimeRange } from './count-in-pieces.ts';
import { fluxInstant } from './flux-instant.ts';
import { cell, fluxRows } from './flux-rows.ts';
import { isDatabase } from './influxdb-2-databases.ts';
import { InfluxqlQuestions } from './influxql-questions.ts';
import type { FieldValue, PointKey, PointRange, Questions, StoredType } from './questions.ts';
import type { Server } from './server.ts';
import { databaseOf, type InfluxTarget } from './target.ts';
import { untilAnswered } from './until-answered.ts';

/** Without a word from the server for so long, a query counts as not answered. */
const TIMEOUT_MS = 60_000;

/**
 * The storage engine counts by itself, which a range that ends before or with
 * 1970 makes run for ever and use up all memory (2.9.1). After this it does not.
 */
export const READ_BEFORE_COUNTING = '|> limit(n: 9223372036854775807)';

/** Columns of the group key that are no tags. */
const NOT_TAGS = ['_start', '_stop', '_measurement', '_field'];

export class FluxQuestions implements Questions {
  readonly #server: Server;
  readonly #target: Pick<InfluxTarget, 'bucket' | 'org'>;
  readonly #influxql: InfluxqlQuestions;
  #hasDatabase: Promise<boolean> | undefined;

  constructor(server: Server, target: Pick<InfluxTarget, 'bucket' | 'org'>) {
    this.#server = server;
    this.#target = target;
    this.#influxql = new InfluxqlQuestions(server, databaseOf(target.bucket));
  }

  countBySeries({ measurement, field, fromMs, toMs }: PointRange): Promise<Map<string, number>> {
    return countInPieces({ fromMs, toMs }, async (piece) => {
      const counts = new Map<string, number>();
      const query = flux`${this.#pointsIn(piece)}
        |> filter(fn: (r) => r._measurement == ${measurement} and r._field == ${field})
        ${fluxExpression(piece.toMs <= 0 ? READ_BEFORE_COUNTING : '')} |> count()`;
      for await (const row of this.#rows(String(query))) {
        addTo(counts, seriesKey(measurement, tagsOf(row)), Number(cell(row, '_value')));
      }
      return counts;
    });
  }

  /** In InfluxQL if it can be, for which a server needs a fifth of the time: compiling Flux takes most of it (2.9.1). */
  async pointAt(key: PointKey): Promise<Map<string, FieldValue>> {
    // Flux, which is asked then, says what is wrong.
    this.#hasDatabase ??= isDatabase(this.#server, this.#target).catch(() => false);
    const found = (await this.#hasDatabase) ? await this.#influxql.pointAt(key) : undefined;
    return found === undefined || found.size === 0 ? this.#pointAtInFlux(key) : found;
  }

  async #pointAtInFlux({ measurement, tags, timeMs }: PointKey): Promise<Map<string, FieldValue>> {
    const wanted = seriesKey(measurement, tags);
    const sameTags = [...tags].map(([key, value]) => String(flux` and r[${key}] == ${value}`)).join('');
    const query = flux`${this.#pointsIn({ fromMs: timeMs, toMs: timeMs + 1 })}
      |> filter(fn: (r) => r._measurement == ${measurement}${fluxExpression(sameTags)})
      |> filter(fn: (r) => r._time == ${fluxDateTime(fluxInstant(timeMs))})`;
    return untilAnswered(async () => {
      const fields = new Map<string, FieldValue>();
      for await (const row of this.#rows(String(query))) {
        if (seriesKey(measurement, tagsOf(row)) === wanted) fields.set(cell(row, '_field'), typed(row));
      }
      return fields;
    });
  }

  /** In InfluxQL, which this server answers too: Flux hides a field's other types. */
  fieldTypes(measurement: string): Promise<Map<string, Set<StoredType>>> {
    return this.#influxql.fieldTypes(measurement);
  }

  #pointsIn({ fromMs, toMs }: TimeRange): ReturnType<typeof fluxExpression> {
    const range = flux`range(start: ${fluxDateTime(fluxInstant(fromMs))}, stop: ${fluxDateTime(fluxInstant(toMs))})`;
    return fluxExpression(flux`from(bucket: ${this.#target.bucket}) |> ${fluxExpression(range)}`);
  }

  #rows(query: string): AsyncGenerator<Row> {
    return fluxRows(this.#server, this.#target, query, { timeoutMs: TIMEOUT_MS });
  }
}

/** The tags of the row's series. */
function* tagsOf({ values, tableMeta }: Row): Generator<[key: string, value: string]> {
  for (const { group, label, index } of tableMeta.columns) {
    if (group && !NOT_TAGS.includes(label)) yield [label, values[index] ?? ''];
  }
}

function typed(row: Row): FieldValue {
  const text = cell(row, '_value');
  switch (row.tableMeta.column('_value').dataType) {
    case 'long':
    case 'unsignedLong':
      return BigInt(text);
    case 'double':
      return Number(text);
    case 'boolean':
      return text === 'true';
    default:
      return text;
  }
}
