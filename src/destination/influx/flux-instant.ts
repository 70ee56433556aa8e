// Times as Flux takes them.

/** What the server can store: a query for times beyond fails. The ms within, and the ends themselves. */
const EARLIEST_MS = Date.parse('1677-09-21T00:12:43.146Z');
const LATEST_MS = Date.parse('2262-04-11T23:47:16.854Z');
const EARLIEST = '1677-09-21T00:12:43.145224194Z';
const LATEST = '2262-04-11T23:47:16.854775806Z';

/** RFC 3339, within what the server can store. */
export function fluxInstant(ms: number): string {
  if (ms < EARLIEST_MS) return EARLIEST;
  return ms > LATEST_MS ? LATEST : new Date(ms).toISOString();
}
