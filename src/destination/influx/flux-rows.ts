// Run Flux on an InfluxDB 2, and read the answer row by row.

import { HttpError, type Row } from '@influxdata/influxdb-client';
import { SkeinError } from '../../errors.ts';
import { queryFailure } from './ask.ts';
import { clientOf } from './influxdb-2-client.ts';
import { Unanswered } from './questions.ts';
import { serverWords } from './sentences.ts';
import type { Server } from './server.ts';
import type { InfluxTarget } from './target.ts';

export interface FluxOptions {
  /** Without a word from the server for so long, the query counts as not answered. */
  readonly timeoutMs: number;
  /** Ends the request, and the iteration with `Unanswered`. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws NotAllowed when this token may not ask; Unanswered when it may be answered another time; SkeinError `destination` */
export async function* fluxRows(
  server: Server,
  { bucket, org = '' }: Pick<InfluxTarget, 'bucket' | 'org'>,
  query: string,
  { timeoutMs, signal }: FluxOptions,
): AsyncGenerator<Row> {
  try {
    for await (const row of clientOf(server, timeoutMs, signal).getQueryApi(org).iterateRows(query)) {
      const failure = failureIn(row);
      if (failure !== undefined) throw new Unanswered(server.url, serverWords(server, failure));
      yield row;
    }
  } catch (error) {
    if (error instanceof SkeinError) throw error;
    if (!(error instanceof HttpError)) throw new Unanswered(server.url, (error as Error).message, { cause: error });
    throw queryFailure(server, error.statusCode, error.body ?? error.message, `the bucket ${bucket}`);
  }
}

/** The cell of a row in the column with this label. */
export function cell({ values, tableMeta }: Row, label: string): string {
  return values[tableMeta.column(label).index] ?? '';
}

/** Why a query failed after its answer had begun: the server says so in a table of its own. */
function failureIn(row: Row): string | undefined {
  const labels = row.tableMeta.columns.map(({ label }) => label);
  return labels.includes('error') && !labels.includes('_value') ? cell(row, 'error') : undefined;
}
