// Run one of the queries on an InfluxDB 2.
//
// Input: the query's name and what the user has chosen. Output: its rows, as they
// arrive. Where the user names no time, the query covers that of the chosen
// animals' fixes: it is never run over all time that the server can store, in
// which a query with windows finds no end.

import type { Row } from '@influxdata/influxdb-client';
import { findServer, type InfluxOptions } from '../destination/influx/connect.ts';
import { dialectOf } from '../destination/influx/dialects.ts';
import { fluxRows } from '../destination/influx/flux-rows.ts';
import { serverOf } from '../destination/influx/server.ts';
import type { InfluxTarget } from '../destination/influx/target.ts';
import { SkeinError } from '../errors.ts';
import { type Choice, withChoice } from './choice.ts';
import { hasOwnRange, hasWindows, queryColumns, queryNames, queryText } from './flux-query.ts';
import { textWithSettings } from './settings.ts';
import { windowsFor } from './windows.ts';

/** The query that finds the span of time, which looks at all time by itself. */
const SPAN = 'span';
/** A query may have to read every fix before its first row. */
const TIMEOUT_MS = 30 * 60_000;

export interface QueryOptions extends Pick<Choice, 'measurement' | 'studies' | 'taxa' | 'individuals'> {
  readonly to: InfluxOptions;
  /** Half-open, Unix ms; default the span of the chosen animals' fixes. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** A duration of Flux; default as wide that there are at most 1,000 windows. */
  readonly every?: string | undefined;
  /** Each `name=value`. */
  readonly settings: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export type Value = string | number | boolean | null;

/** A row of one of the query's results. */
export interface ResultRow {
  readonly result: string;
  /** The same object for all rows of a table. */
  readonly columns: readonly string[];
  readonly values: readonly Value[];
}

export interface StartedQuery {
  readonly fromMs: number;
  readonly toMs: number;
  /** Undefined where the query does not look at windows. */
  readonly every: string | undefined;
  readonly rows: AsyncGenerator<ResultRow>;
}

/**
 * Find the server and the span of time, and ask.
 *
 * @throws SkeinError `usage` for what the query does not have, or where there are no such fixes; as `findServer`
 */
export async function startQuery(name: string, options: QueryOptions): Promise<StartedQuery> {
  if (!queryNames().includes(name)) throw new SkeinError('usage', `There is no query ${name}. There are ${queryNames().join(', ')}.`);
  if (options.every !== undefined && !hasWindows(name)) {
    const others = queryNames().filter(hasWindows).join(', ');
    throw new SkeinError('usage', `The query ${name} does not look at windows of time, so it takes no --every. Those that do: ${others}.`);
  }
  const text = textWithSettings(name, options.settings);
  const target = await findServer(options.to);
  if (target.dialect !== 'influxdb-2') {
    throw new SkeinError(
      'usage',
      `${target.url} is ${anA(dialectOf(target).title)}. The queries are in Flux, which only an InfluxDB 2 runs.`,
    );
  }
  const given = { fromMs: options.sinceMs ?? Number.NEGATIVE_INFINITY, toMs: options.untilMs ?? Number.POSITIVE_INFINITY };
  checkCanBeCounted(target, given);
  const span = name === SPAN || hasOwnRange(name) ? given : await spanOf(target, options, given);
  checkCanBeCounted(target, span);
  const every = hasWindows(name) ? (options.every ?? windowsFor(span)) : undefined;
  return {
    ...span,
    every,
    rows: rowsOf(name, target, withChoice(text, { ...options, ...span, bucket: target.bucket, every }), options.signal),
  };
}

/** A count over a range that ends before or with 1970 makes 2.9.1 run for ever and use up all memory. */
function checkCanBeCounted({ url }: InfluxTarget, { toMs }: Span): void {
  if (toMs <= 0)
    throw new SkeinError('usage', `${url} cannot be asked for what ends before 1970: InfluxDB 2 finds no end in it. Check --until.`);
}

type Span = Pick<Choice, 'fromMs' | 'toMs'>;

/** The part of `given` in which there are fixes. */
async function spanOf(target: InfluxTarget, options: QueryOptions, given: Span): Promise<Span> {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const text = withChoice(queryText(SPAN), { ...options, ...given, bucket: target.bucket, every: undefined });
  for await (const { columns, values } of rowsOf(SPAN, target, text, options.signal)) {
    const at = (column: string): number => Date.parse(String(values[columns.indexOf(column)]));
    first = Math.min(first, at('first'));
    last = Math.max(last, at('last'));
  }
  if (first > last) {
    throw new SkeinError(
      'usage',
      `The bucket ${target.bucket} has no fixes of what was asked for in the measurement ${options.measurement}. Check --bucket, --measurement, --study, --taxon, --individual, --since and --until (names are exact), or let skein query span list the animals.`,
    );
  }
  return { fromMs: Math.max(first, given.fromMs), toMs: Math.min(last + 1, given.toMs) };
}

async function* rowsOf(name: string, target: InfluxTarget, text: string, signal: AbortSignal | undefined): AsyncGenerator<ResultRow> {
  const server = serverOf(target, dialectOf(target));
  const order = queryColumns(name);
  let table: { meta: Row['tableMeta']; columns: readonly string[]; places: readonly Row['tableMeta']['columns'][number][] } | undefined;
  try {
    for await (const { values, tableMeta } of fluxRows(server, target, text, { timeoutMs: TIMEOUT_MS, signal })) {
      if (table?.meta !== tableMeta) {
        const places = shownColumns(tableMeta, order);
        table = { meta: tableMeta, places, columns: places.map(({ label }) => shownLabel(label)) };
      }
      const result = String(tableMeta.get(values, 'result'));
      yield {
        result: result === '_result' ? name : result,
        columns: table.columns,
        values: table.places.map((column) => column.get(values) as Value),
      };
    }
  } catch (cause) {
    if (signal?.aborted) throw new SkeinError('interrupted', 'Stopped.', { cause });
    if (cause instanceof SkeinError && /cannot join on an empty table/.test(cause.message)) {
      throw new SkeinError('usage', `There are too few fixes of what was asked for: the query ${name} has nothing to compare.`, { cause });
    }
    throw cause;
  }
}

/** In the order that the query's file gives; in the server's where it gives none. */
function shownColumns({ columns }: Row['tableMeta'], order: readonly string[]): Row['tableMeta']['columns'] {
  const own = columns.filter(({ label }) => label !== 'result' && label !== 'table' && label !== '');
  if (order.length === 0) return own;
  return order.flatMap((name) => own.filter(({ label }) => shownLabel(label) === name));
}

/** Without the underscore of Flux's own columns. */
function shownLabel(label: string): string {
  return label.replace(/^_/, '');
}

function anA(title: string): string {
  return `${/^[AEIOU]/.test(title) ? 'an' : 'a'} ${title}`;
}
