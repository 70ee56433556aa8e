// Count the points of a shard, field by field, on an InfluxDB 2.

import { flux, fluxDateTime, fluxExpression } from '@influxdata/influxdb-client';
import { addTo, countInPieces, type TimeRange } from './count-in-pieces.ts';
import { fluxInstant } from './flux-instant.ts';
import { READ_BEFORE_COUNTING } from './flux-questions.ts';
import { cell, fluxRows } from './flux-rows.ts';
import type { Server } from './server.ts';
import type { InfluxTarget } from './target.ts';

/** Without a word from the server for so long, a query counts as not answered. */
const TIMEOUT_MS = 60_000;

/**
 * How many points of `measurement` have each field; fields without any are left out.
 *
 * @throws as `Questions`
 */
export function countFields(
  server: Server,
  target: Pick<InfluxTarget, 'bucket' | 'org'>,
  measurement: string,
  range: TimeRange,
): Promise<Map<string, number>> {
  return countInPieces(range, async ({ fromMs, toMs }) => {
    const range = flux`range(start: ${fluxDateTime(fluxInstant(fromMs))}, stop: ${fluxDateTime(fluxInstant(toMs))})`;
    const query = flux`from(bucket: ${target.bucket}) |> ${fluxExpression(range)}
      |> filter(fn: (r) => r._measurement == ${measurement})
      ${fluxExpression(toMs <= 0 ? READ_BEFORE_COUNTING : '')} |> count() |> group(columns: ["_field"]) |> sum()`;
    const counts = new Map<string, number>();
    for await (const row of fluxRows(server, target, String(query), { timeoutMs: TIMEOUT_MS })) {
      addTo(counts, cell(row, '_field'), Number(cell(row, '_value')));
    }
    return counts;
  });
}
