// Compare the suspect rows of one partition, and decide what becomes of those
// that share series and time: a pure function, run in the workers.
//
// The rows of a group that write the same values, event id aside, are one point
// with the lowest of their event ids. The different values of a group are
// numbered by their first rows, from 0. Invariant: nothing here depends on how
// the file was cut, on the number of workers or on what the user filters.

import type { DuplicatePolicy } from '../duplicate-policy.ts';
import { firstIndex } from '../search.ts';
import { DECISION_BYTES, type Decision, NOT_WRITTEN, putDecision } from './decision.ts';
import { Sightings } from './sighting.ts';
import { type PartitionBytes, Partitioner } from './spool.ts';

/** How many groups are kept as examples. */
const EXAMPLES = 5;

/** Rows that share series and time. */
export interface CollisionExample {
  /** `seriesHash` of the series. */
  readonly series: bigint;
  readonly timeMs: number;
  /** File offsets of the first row and the next one in the group; if the group differs, the next that does. */
  readonly offsets: readonly [number, number];
  readonly rows: number;
  /** How many different values they have. */
  readonly contents: number;
}

/** Counts over groups of rows that share series and time. They add up over partitions. */
export interface CollisionCounts {
  readonly groups: number;
  /** Rows that are in a group. */
  readonly rows: number;
  /** Rows that repeat an earlier one of their group in all but the event id. */
  readonly repeats: number;
  /** Rows that share series and time with an earlier one, and are the first with their values. */
  readonly differing: number;
  /** Rows that the user wants and that are not written. */
  readonly notWritten: number;
  /** The first groups of the file, those that differ before those that do not. */
  readonly examples: readonly CollisionExample[];
}

export const NO_COLLISIONS: CollisionCounts = { groups: 0, rows: 0, repeats: 0, differing: 0, notWritten: 0, examples: [] };

export function addCollisions(a: CollisionCounts, b: CollisionCounts): CollisionCounts {
  return {
    groups: a.groups + b.groups,
    rows: a.rows + b.rows,
    repeats: a.repeats + b.repeats,
    differing: a.differing + b.differing,
    notWritten: a.notWritten + b.notWritten,
    examples: firstExamples([...a.examples, ...b.examples]),
  };
}

function firstExamples(examples: CollisionExample[]): CollisionExample[] {
  const rank = ({ contents }: CollisionExample): number => (contents > 1 ? 0 : 1);
  return examples.sort((a, b) => rank(a) - rank(b) || a.offsets[0] - b.offsets[0]).slice(0, EXAMPLES);
}

export interface GroupTask {
  /** Sightings of one partition, in file order. */
  readonly sightings: Uint8Array;
  readonly policy: DuplicatePolicy;
  /** File offsets, rising, at which the partitions of the decisions begin, the first at or before any row. */
  readonly decisionStarts: Float64Array;
}

export interface Grouped {
  readonly counts: CollisionCounts;
  /** The decisions, by partition. */
  readonly decisions: readonly PartitionBytes[];
}

export function groupSightings({ sightings: bytes, policy, decisionStarts }: GroupTask): Grouped {
  const sightings = new Sightings(bytes);
  const decisions = new Partitioner(DECISION_BYTES);
  const decide = (decision: Decision): void => {
    putDecision(decisions.next(partitionAt(decisionStarts, decision.offset)), decision);
  };
  let counts = NO_COLLISIONS;
  let examples: CollisionExample[] = [];
  for (const group of groupsOf(sightings)) {
    const contents = contentsOf(sightings, group);
    let notWritten = 0;
    for (const decision of decisionsOf(sightings, contents, policy)) {
      decide(decision);
      if (decision.number === NOT_WRITTEN) notWritten++;
    }
    counts = {
      groups: counts.groups + 1,
      rows: counts.rows + group.length,
      repeats: counts.repeats + group.length - contents.length,
      differing: counts.differing + contents.length - 1,
      notWritten: counts.notWritten + notWritten,
      examples: [],
    };
    examples.push(exampleOf(sightings, group, contents));
    if (examples.length > 1000) examples = firstExamples(examples);
  }
  return { counts: { ...counts, examples: firstExamples(examples) }, decisions: decisions.take() };
}

/** Rows of one group that write the same values. */
interface Content {
  /** Numbers of sightings, in file order. */
  readonly rows: number[];
  /** The lowest. */
  eventId: bigint | undefined;
}

/** The groups of two and more, each in file order. */
function* groupsOf(sightings: Sightings): Generator<number[]> {
  const { count } = sightings;
  let size = 1024;
  while (size < 2 * count) size *= 2;
  // Open addressing from the hash to the first row of a group, and from each row to the next one.
  const heads = new Int32Array(size).fill(-1);
  const next = new Int32Array(count).fill(-1);
  for (let i = count - 1; i >= 0; i--) {
    let slot = sightings.hash(i) & (size - 1);
    while (heads[slot]! >= 0 && !sightings.shareSeriesAndTime(heads[slot]!, i)) slot = (slot + 1) & (size - 1);
    next[i] = heads[slot]!;
    heads[slot] = i;
  }
  for (const head of heads) {
    if (head < 0 || next[head]! < 0) continue;
    const group: number[] = [];
    for (let i = head; i >= 0; i = next[i]!) group.push(i);
    yield group;
  }
}

/** In the order of their first rows. */
function contentsOf(sightings: Sightings, group: readonly number[]): Content[] {
  const contents = new Map<string, Content>();
  for (const i of group) {
    const content = sightings.content(i);
    const eventId = sightings.eventId(i);
    const known = contents.get(content);
    if (known === undefined) {
      contents.set(content, { rows: [i], eventId });
      continue;
    }
    known.rows.push(i);
    if (eventId !== undefined && (known.eventId === undefined || eventId < known.eventId)) known.eventId = eventId;
  }
  return [...contents.values()];
}

/** A decision for each row that is not written as it is. Filtered rows are not written anyway. */
function* decisionsOf(sightings: Sightings, contents: readonly Content[], policy: DuplicatePolicy): Generator<Decision> {
  const chosen = policy === 'last' ? lastContent(contents) : contents[0];
  for (const [number, content] of contents.entries()) {
    for (const [nth, i] of content.rows.entries()) {
      if (sightings.isFiltered(i)) continue;
      const offset = sightings.offset(i);
      if (nth > 0 || (policy !== 'keep' && content !== chosen)) {
        yield { offset, number: NOT_WRITTEN, eventId: undefined };
        continue;
      }
      const tag = policy === 'keep' ? number : 0;
      const eventId = content.eventId === sightings.eventId(i) ? undefined : content.eventId;
      if (tag > 0 || eventId !== undefined) yield { offset, number: tag, eventId };
    }
  }
}

/** The one whose last row is the group's last row. */
function lastContent(contents: readonly Content[]): Content | undefined {
  return contents.reduce((last, content) => (content.rows.at(-1)! > last.rows.at(-1)! ? content : last));
}

function exampleOf(sightings: Sightings, group: readonly number[], contents: readonly Content[]): CollisionExample {
  const [first, second] = [group[0]!, contents[1]?.rows[0] ?? group[1]!];
  return {
    series: sightings.series(first),
    timeMs: sightings.timeMs(first),
    offsets: [sightings.offset(first), sightings.offset(second)],
    rows: group.length,
    contents: contents.length,
  };
}

/** The partition of a decision about the row at `offset`. */
export function partitionAt(starts: Float64Array, offset: number): number {
  return Math.max(0, firstIndex(starts.length, (i) => starts[i]! > offset) - 1);
}
