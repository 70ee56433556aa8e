// Hold what a server says against what must be there.
//
// Counts by series and year of the fewest fields that every point has one of,
// and some points value by value. Invariant: without a difference every point
// is counted on the server, in its series and its year.

import type { FieldValue, Questions } from '../destination/influx/questions.ts';
import { readLine, type WrittenValue } from '../encode/read-line.ts';
import { coveringFields, type Expected, type ExpectedCell } from './expected.ts';

/** Points of a series that are not on the server, or too many. */
export interface CountDifference {
  readonly series: string;
  /** UTC. */
  readonly year: number;
  readonly field: string;
  readonly expected: number;
  readonly found: number;
}

export interface ValueDifference {
  readonly series: string;
  readonly timeMs: number;
  readonly field: string;
  readonly expected: WrittenValue;
  /** Undefined when the point or its field is not there. */
  readonly found: FieldValue | undefined;
}

export interface Verification {
  /** Points that must be there. */
  readonly points: number;
  readonly series: number;
  /** The fields that were counted: every point has one of them. */
  readonly fields: readonly string[];
  readonly counts: readonly CountDifference[];
  /** Points of these series and years that are on the server beyond those of the file. */
  readonly alreadyThere: number;
  /** How many points were compared value by value. */
  readonly compared: number;
  readonly values: readonly ValueDifference[];
}

export interface CompareOptions {
  readonly measurement: string;
  /** Field keys by slot. */
  readonly fields: readonly string[];
  /** The slot of the event id, or -1. */
  readonly eventId: number;
  readonly questions: Questions;
  /** The bucket holds nothing but this file: more points than its own are a difference too. */
  readonly isExact: boolean;
  /** @param done of `total` questions */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** @throws SkeinError `destination` when the server does not let us ask, or gives no answer */
export async function compare(expected: Expected, options: CompareOptions): Promise<Verification> {
  const { measurement, fields, questions, isExact, onProgress } = options;
  const { samples } = expected;
  const slots = coveringFields(expected.patterns, fields.length, options.eventId).filter((slot) => hasPoints(expected, slot));
  const years = byYear(expected.cells.values());
  const counts: CountDifference[] = [];
  const more = new Map<string, number>();
  let asked = 0;
  const total = years.size * slots.length + samples.length;

  for (const [year, cells] of years) {
    for (const slot of slots) {
      const field = fields[slot] ?? '';
      const found = await questions.countBySeries({ measurement, field, fromMs: Date.UTC(year, 0), toMs: Date.UTC(year + 1, 0) });
      for (const cell of cells) {
        const wanted = cell.fields[slot] ?? 0;
        const has = found.get(cell.series) ?? 0;
        if (has < wanted || (isExact && has > wanted)) counts.push({ series: cell.series, year, field, expected: wanted, found: has });
        if (has > wanted) more.set(`${year} ${cell.series}`, Math.max(more.get(`${year} ${cell.series}`) ?? 0, has - wanted));
        found.delete(cell.series);
      }
      if (isExact) for (const [series, has] of found) counts.push({ series, year, field, expected: 0, found: has });
      onProgress?.(++asked, total);
    }
  }
  const values: ValueDifference[] = [];
  for (const { line } of samples) {
    const { series, tags, timeMs, fields: written } = readLine(line);
    const found = await questions.pointAt({ measurement, tags, timeMs });
    for (const [field, value] of written) {
      const has = found.get(field);
      if (!isSame(value, has)) values.push({ series, timeMs, field, expected: value, found: has });
    }
    onProgress?.(++asked, total);
  }
  return {
    points: expected.points,
    series: new Set(Array.from(expected.cells.values(), ({ series }) => series)).size,
    fields: slots.map((slot) => fields[slot] ?? ''),
    counts,
    alreadyThere: [...more.values()].reduce((sum, count) => sum + count, 0),
    compared: samples.length,
    values,
  };
}

export function isVerified({ counts, values }: Verification): boolean {
  return counts.length === 0 && values.length === 0;
}

function hasPoints({ cells }: Expected, slot: number): boolean {
  for (const { fields } of cells.values()) if ((fields[slot] ?? 0) > 0) return true;
  return false;
}

function byYear(cells: Iterable<ExpectedCell>): Map<number, ExpectedCell[]> {
  const years = new Map<number, ExpectedCell[]>();
  for (const cell of cells) {
    const those = years.get(cell.year);
    if (those === undefined) years.set(cell.year, [cell]);
    else those.push(cell);
  }
  return new Map([...years].sort(([a], [b]) => a - b));
}

/** Some servers know no other values than floats. */
function isSame(expected: WrittenValue, found: FieldValue | undefined): boolean {
  if (typeof found === typeof expected) return found === expected;
  return typeof found === 'number' && typeof expected !== 'string' && Number(expected) === found;
}
