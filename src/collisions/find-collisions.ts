// Find all rows that share series and time, exactly and in bounded memory, and
// decide what becomes of each: the main thread's half.
//
// The survey knows at which times of which series rows may share one. Only
// chunks that hold such times are read again; their suspect rows go by a hash of
// series and time into partitions, each small enough to be compared at once.
// The decisions go into partitions by their place in the file, where the load
// finds them chunk by chunk.

import type { DuplicatePolicy } from '../duplicate-policy.ts';
import { SkeinError } from '../errors.ts';
import { inOrder } from '../in-order.ts';
import { firstIndex } from '../search.ts';
import { sourceAt } from '../source/placed-source.ts';
import { meets } from '../survey/series-times.ts';
import type { Chunk, PassProgress, Survey } from '../survey/survey.ts';
import { DECISION_BYTES, Decisions, sortDecisions } from './decision.ts';
import { addCollisions, type CollisionCounts, type Grouped, type GroupTask, NO_COLLISIONS, partitionAt } from './group.ts';
import { type PartitionBytes, Spool } from './spool.ts';
import { type SharedSuspects, seriesHash, shareSuspects } from './suspects.ts';

/** Rows that one partition of sightings should hold at most. */
const PARTITION_ROWS = 64_000;
const MOST_PARTITIONS = 512;
const SIGHTINGS_MEMORY_BYTES = 64 << 20;
const DECISIONS_MEMORY_BYTES = 32 << 20;

export interface FindCollisionsOptions {
  readonly policy: DuplicatePolicy;
  /** How many chunks may be under way at once, and how many partitions. */
  readonly ahead: number;
  readonly workers: number;
  /** Note the suspect rows of a chunk in a worker. */
  readonly collect: (chunk: Chunk, suspects: SharedSuspects, partitions: number) => Promise<readonly PartitionBytes[]>;
  /** Compare the rows of a partition in a worker. */
  readonly group: (task: GroupTask) => Promise<Grouped>;
  /** When it is aborted, the search ends with a SkeinError `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PassProgress) => void) | undefined;
}

/** A group of rows that share series and time, in words of the file. */
export interface CollisionPlace {
  /** Key of the series. */
  readonly series: string;
  readonly individual: string | undefined;
  readonly timeMs: number;
  /** Two of its rows: the numbers of their sources, and where they are in them. */
  readonly sources: readonly [number, number];
  readonly offsets: readonly [number, number];
  readonly rows: number;
  /** They differ in more than the event id. */
  readonly differ: boolean;
}

/** What was found, and what the load does about it. `close` it. */
export class Collisions {
  readonly counts: Omit<CollisionCounts, 'examples'>;
  readonly examples: readonly CollisionPlace[];
  /** What becomes of those that differ. */
  readonly policy: DuplicatePolicy;
  readonly #decisions: Spool;
  readonly #starts: Float64Array;
  /** The partition that was asked for last, in file order. */
  #sorted: { readonly partition: number; readonly bytes: Uint8Array } = { partition: -1, bytes: new Uint8Array(0) };

  constructor(
    policy: DuplicatePolicy,
    counts: CollisionCounts,
    examples: readonly CollisionPlace[],
    decisions: Spool,
    starts: Float64Array,
  ) {
    const { examples: _, ...numbers } = counts;
    this.policy = policy;
    this.counts = numbers;
    this.examples = examples;
    this.#decisions = decisions;
    this.#starts = starts;
  }

  /** The decisions about rows that begin in `chunk`, in file order. Fastest when chunks are asked for in file order. */
  decisionsOf(chunk: Chunk): Uint8Array {
    const partition = partitionAt(this.#starts, chunk.start);
    if (this.#sorted.partition !== partition) this.#sorted = { partition, bytes: sortDecisions(this.#decisions.read(partition)) };
    const { bytes } = this.#sorted;
    const decisions = new Decisions(bytes);
    const firstFrom = (offset: number): number => firstIndex(decisions.count, (i) => decisions.offset(i) >= offset);
    return bytes.slice(firstFrom(chunk.start) * DECISION_BYTES, firstFrom(chunk.end) * DECISION_BYTES);
  }

  close(): void {
    this.#decisions.close();
  }
}

/** A survey, and which rows would overwrite one another. */
export interface SurveyReport extends Survey {
  readonly collisions: Collisions;
}

/** @throws SkeinError `destination` when there is no room to compare so many rows */
export async function findCollisions(survey: Survey, options: FindCollisionsOptions): Promise<Collisions> {
  const starts = partitionStarts(survey.chunks);
  const decisions = new Spool(DECISIONS_MEMORY_BYTES);
  const suspects = shareSuspects(survey.summary.series);
  if (suspects === undefined) return new Collisions(options.policy, NO_COLLISIONS, [], decisions, starts);

  const sightings = new Spool(SIGHTINGS_MEMORY_BYTES);
  try {
    const partitions = partitionCount(survey);
    const chunks = survey.chunks.filter(({ index }) => mayCollide(survey, index));
    let rows = 0;
    for await (const { task: chunk, result } of inOrder(chunks, options.ahead, (one) => options.collect(one, suspects, partitions))) {
      if (options.signal?.aborted) throw new SkeinError('interrupted', 'Stopped while rows were compared; nothing was written.');
      sightings.add(result);
      rows += chunk.rows;
      options.onProgress?.({ bytes: chunk.end, totalBytes: chunks.at(-1)?.end ?? chunk.end, rows, rejected: 0 });
    }
    let counts = NO_COLLISIONS;
    const group = (partition: number) =>
      options.group({ sightings: sightings.read(partition), policy: options.policy, decisionStarts: starts });
    for await (const { result } of inOrder(Array.from({ length: partitions }).keys(), options.workers, group)) {
      counts = addCollisions(counts, result.counts);
      decisions.add(result.decisions);
    }
    return new Collisions(options.policy, counts, placesOf(counts, survey, suspects), decisions, starts);
  } catch (error) {
    decisions.close();
    throw error;
  } finally {
    sightings.close();
  }
}

/** Enough that each is small, by the rows of the series that have suspect times. */
function partitionCount({ summary }: Survey): number {
  let rows = 0;
  for (const { times, rows: more } of summary.series.values()) if (times.suspect.length > 0) rows += more;
  return Math.max(1, Math.min(MOST_PARTITIONS, Math.ceil(rows / PARTITION_ROWS)));
}

/** Where the partitions of decisions begin: every so many chunks. */
function partitionStarts(chunks: readonly Chunk[]): Float64Array {
  const step = Math.max(1, Math.ceil(chunks.length / MOST_PARTITIONS));
  return Float64Array.from(
    chunks.filter((_, i) => i % step === 0),
    ({ start }) => start,
  );
}

/** Whether a chunk may hold a suspect row. */
function mayCollide({ seriesOfChunks, summary }: Survey, chunk: number): boolean {
  const all = seriesOfChunks[chunk];
  return all === undefined || all.some(({ series, firstMs, lastMs }) => meets(summary.series.times(series).suspect, firstMs, lastMs));
}

function placesOf({ examples }: CollisionCounts, { summary, sources }: Survey, { salt }: SharedSuspects): CollisionPlace[] {
  if (examples.length === 0) return [];
  const known = new Map(Array.from(summary.series.values(), (series) => [seriesHash(series.key, salt), series]));
  return examples.map(({ series, timeMs, offsets: [first, second], rows, contents }) => {
    const [a, b] = [sourceAt(sources, first), sourceAt(sources, second)];
    return {
      series: known.get(series)?.key ?? '',
      individual: known.get(series)?.individual,
      timeMs,
      sources: [a.index, b.index],
      offsets: [first - a.start, second - b.start],
      rows,
      differ: contents > 1,
    };
  });
}
