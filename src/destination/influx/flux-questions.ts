// Questions to an InfluxDB 2, in Flux, through its own client.

import { flux, fluxDateTime, fluxExpression, HttpError, type QueryApi, type Row } from '@influxdata/influxdb-client';
import { seriesKey } from '../../encode/series-key.ts';
import { SkeinError } from '../../errors.ts';
import { queryFailure } from './ask.ts';
import { addTo, countInPieces, type TimeRange } from './count-in-pieces.ts';
import { clientOf } from './influxdb-2-client.ts';
import { InfluxqlQuestions } from './influxql-questions.ts';
import { type FieldValue, type PointKey, type PointRange, type Questions, type StoredType, Unanswered } from './questions.ts';
import { serverWords } from './sentences.ts';
import type { Server } from './server.ts';
import { databaseOf, type InfluxTarget } from './target.ts';
import { untilAnswered } from './until-answered.ts';

/** Without a word from the server for so long, a query counts as not answered. */
const TIMEOUT_MS = 60_000;

/** What the server can store: a query for times beyond fails. The ms within, and the ends themselves. */
const EARLIEST_MS = Date.parse('1677-09-21T00:12:43.146Z');
const LATEST_MS = Date.parse('2262-04-11T23:47:16.854Z');
const EARLIEST = '1677-09-21T00:12:43.145224194Z';
const LATEST = '2262-04-11T23:47:16.854775806Z';

/**
 * The storage engine counts by itself, which a range that ends before or with
 * 1970 makes run for ever and use up all memory (2.9.1). After this it does not.
 */
const READ_BEFORE_COUNTING = '|> limit(n: 9223372036854775807)';

/** Columns of the group key that are no tags. */
const NOT_TAGS = ['_start', '_stop', '_measurement', '_field'];

export class FluxQuestions implements Questions {
  readonly #server: Server;
  readonly #bucket: string;
  readonly #api: QueryApi;
  readonly #influxql: InfluxqlQuestions;

  constructor(server: Server, { bucket, org = '' }: Pick<InfluxTarget, 'bucket' | 'org'>) {
    this.#server = server;
    this.#bucket = bucket;
    this.#influxql = new InfluxqlQuestions(server, databaseOf(bucket));
    this.#api = clientOf(server, TIMEOUT_MS).getQueryApi(org);
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

  async pointAt({ measurement, tags, timeMs }: PointKey): Promise<Map<string, FieldValue>> {
    const wanted = seriesKey(measurement, tags);
    const sameTags = [...tags].map(([key, value]) => String(flux` and r[${key}] == ${value}`)).join('');
    const query = flux`${this.#pointsIn({ fromMs: timeMs, toMs: timeMs + 1 })}
      |> filter(fn: (r) => r._measurement == ${measurement}${fluxExpression(sameTags)})
      |> filter(fn: (r) => r._time == ${fluxDateTime(instant(timeMs))})`;
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
    const range = flux`range(start: ${fluxDateTime(instant(fromMs))}, stop: ${fluxDateTime(instant(toMs))})`;
    return fluxExpression(flux`from(bucket: ${this.#bucket}) |> ${fluxExpression(range)}`);
  }

  async *#rows(query: string): AsyncGenerator<Row> {
    try {
      for await (const row of this.#api.iterateRows(query)) {
        const failure = failureIn(row);
        if (failure !== undefined) throw new Unanswered(this.#server.url, serverWords(this.#server, failure));
        yield row;
      }
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): unknown {
    if (error instanceof SkeinError) return error;
    if (!(error instanceof HttpError)) return new Unanswered(this.#server.url, (error as Error).message, { cause: error });
    return queryFailure(this.#server, error.statusCode, error.body ?? error.message, `the bucket ${this.#bucket}`);
  }
}

/** RFC 3339, within what the server can store. */
function instant(ms: number): string {
  if (ms < EARLIEST_MS) return EARLIEST;
  return ms > LATEST_MS ? LATEST : new Date(ms).toISOString();
}

/** The tags of the row's series. */
function* tagsOf({ values, tableMeta }: Row): Generator<[key: string, value: string]> {
  for (const { group, label, index } of tableMeta.columns) {
    if (group && !NOT_TAGS.includes(label)) yield [label, values[index] ?? ''];
  }
}

function cell({ values, tableMeta }: Row, label: string): string {
  return values[tableMeta.column(label).index] ?? '';
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

/** Why a query failed after its answer had begun: the server says so in a table of its own. */
function failureIn(row: Row): string | undefined {
  const labels = row.tableMeta.columns.map(({ label }) => label);
  return labels.includes('error') && !labels.includes('_value') ? cell(row, 'error') : undefined;
}
