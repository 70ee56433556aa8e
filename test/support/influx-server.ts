// A real InfluxDB as tests see it, of either kind: a place to load into, and
// InfluxQL, which both answer, to look at what it holds.

import { createHash } from 'node:crypto';

/** What a query finds of one series. */
export interface FoundSeries {
  readonly name?: string;
  readonly columns: string[];
  readonly values: unknown[][];
  readonly tags?: Record<string, string>;
}

export interface InfluxServer {
  /** With its version. */
  readonly name: string;
  readonly url: string;
  /** What the command needs to know beside the URL. */
  readonly environment: Readonly<Record<string, string>>;
  /** Run InfluxQL; the values of each series found, times in ms. */
  query(q: string, bucket?: string): Promise<FoundSeries[]>;
  dropBucket(bucket: string): Promise<void>;
  /** End it, if it is our own. */
  stop(): Promise<void>;
}

/** @param headers how to be let in */
export async function askInfluxQl(url: string, headers: Record<string, string>, q: string, bucket: string): Promise<FoundSeries[]> {
  const answer = await fetch(`${url}/query?${new URLSearchParams({ q, db: bucket, epoch: 'ms' })}`, { method: 'POST', headers });
  const { results, error } = (await answer.json()) as { results?: { series?: FoundSeries[]; error?: string }[]; error?: string };
  const failure = error ?? results?.[0]?.error;
  if (failure !== undefined) throw new Error(`${q}: ${failure}`);
  return results?.[0]?.series ?? [];
}

export async function versionOf(url: string): Promise<string> {
  return (await fetch(`${url}/ping`)).headers.get('x-influxdb-version') ?? 'of unknown version';
}

/** What a bucket holds: its points, and a hash of every value of every field of every series. */
export interface BucketContent {
  readonly points: number;
  readonly hash: string;
}

/** Look at all of the measurement `movebank`, every point of which has an `event_id` and an individual. */
export async function contentOfBucket(server: InfluxServer, bucket: string): Promise<BucketContent> {
  const [counted] = await server.query('SELECT count("event_id") FROM movebank', bucket);
  const [tags] = await server.query('SHOW TAG VALUES FROM movebank WITH KEY = individual_local_identifier', bucket);
  const hash = createHash('sha256');
  // One animal after the other: all of them in one answer would be hundreds of MB.
  for (const individual of (tags?.values ?? []).map(([, value]) => String(value)).sort()) {
    const text = individual.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
    const found = await server.query(`SELECT * FROM movebank WHERE individual_local_identifier = '${text}' GROUP BY *`, bucket);
    hash.update(JSON.stringify(found));
  }
  return { points: Number(counted?.values[0]?.[1] ?? 0), hash: hash.digest('hex') };
}
