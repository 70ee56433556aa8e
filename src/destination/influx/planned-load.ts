// What is about to be written, and what of it does not fit a server.

import type { BucketFacts } from './buckets.ts';
import type { StoredType } from './questions.ts';
import { shardCount, type TimeSpan } from './shard-groups.ts';

/** As much of a load as a server can be asked about. */
export interface PlannedLoad extends TimeSpan {
  readonly measurement: string;
  /** Types by field key. */
  readonly fields: ReadonlyMap<string, 'float' | 'integer' | 'boolean' | 'text'>;
}

const MANY_SHARDS = 100;
const CLOCK_MS = 60_000;
const DAY_MS = 86_400_000;

/** Fields that the server has with another type, in words: `lat (float here, string there)`. */
export function typeConflicts({ fields }: PlannedLoad, stored: ReadonlyMap<string, ReadonlySet<StoredType>>): string[] {
  return [...fields].flatMap(([field, type]) => {
    const ours: StoredType = type === 'text' ? 'string' : type;
    const theirs = [...(stored.get(field) ?? [])];
    return theirs.every((other) => other === ours) ? [] : [`${field} (${ours} here, ${theirs.join(' and ')} there)`];
  });
}

/** Which rows would be too old to be kept, in words, if some are. */
export function keepsTooShort({ firstMs, lastMs }: PlannedLoad, { retentionMs }: BucketFacts, nowMs: number): string | undefined {
  if (retentionMs === undefined || firstMs >= nowMs - retentionMs) return undefined;
  const keptFromMs = nowMs - retentionMs;
  const days = Math.round((retentionMs / DAY_MS) * 10) / 10;
  const firstKeptDay = new Date(Math.ceil(keptFromMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
  const lost = `the rows from ${instant(firstMs)} to ${instant(Math.min(lastMs, keptFromMs))} would be lost`;
  return `keeps points for ${days} days, so ${lost}. Give it a longer retention, or leave them out with --since ${firstKeptDay}.`;
}

/** What to know of the shards that the load makes, or undefined where they are few. */
export function shardNote(load: PlannedLoad, { shardGroupSeconds }: BucketFacts): string | undefined {
  const count = shardCount(load, shardGroupSeconds);
  if (count <= MANY_SHARDS) return undefined;
  const days = Math.round(shardGroupSeconds / 86_400);
  return `The bucket's shard groups of ${days === 0 ? 'less than a day' : `${days} days`} make up to ${count} shards of this span of time, which makes loading and queries slow; a bucket that --create-bucket makes has few.`;
}

/** @param aheadMs how far the server's clock is ahead of ours */
export function clockNote(aheadMs: number): string | undefined {
  if (Math.abs(aheadMs) <= CLOCK_MS) return undefined;
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return `The server's clock is ${minutes} min ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's; retention goes by the server's.`;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
