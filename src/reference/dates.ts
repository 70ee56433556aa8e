// When the deployments of a table began and ended, and whether it can be told
// by them which one a row is of.

import { clip } from '../clip.ts';
import { byPair } from '../encode/deployments.ts';
import { EARLIEST_MS, LATEST_MS, TimeReader } from '../encode/time.ts';
import { SkeinError } from '../errors.ts';
import type { Deployment } from '../movebank/reference.ts';

/** Deciding between more takes too long, and no tag is put on again so often. */
const MOST_OF_ONE_PAIR = 1000;

const MS_PER_DAY = 86_400_000;

/** A deployment as the table has it. */
export interface TabledDeployment {
  /** Counted from 1. */
  readonly row: number;
  readonly animal: string;
  readonly tag: string | undefined;
  /** Cells, empty where nothing is said. */
  readonly on: string;
  readonly off: string;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Read the dates.
 *
 * @param file named in messages
 * @returns the deployments, and what the user should know
 * @throws SkeinError `source` for dates that cannot be read where it hangs on them what a row gets
 */
export function readDates(file: string, tabled: readonly TabledDeployment[]): { deployments: Deployment[]; warnings: string[] } {
  const dated = tabled.map((one) => ({ ...one, onMs: firstInstant(one.on), offMs: lastInstant(one.off) }));
  const bad: DatedDeployment[] = [];
  const overlapping: [DatedDeployment, DatedDeployment][] = [];
  for (const pair of byPair(dated).values()) {
    const problems = pair.filter((one) => problemOf(one) !== undefined);
    const [problem] = problems;
    if (pair.length === 1) bad.push(...problems);
    else if (problem !== undefined) throw undecided(file, problem);
    if (pair.length > MOST_OF_ONE_PAIR) throw tooMany(file, pair);
    const overlap = firstOverlap(pair);
    if (overlap !== undefined) overlapping.push(overlap);
  }
  const warnings: string[] = [];
  const [first] = bad;
  if (first !== undefined) {
    const many = bad.length === 1 ? '' : ` The same goes for ${bad.length - 1} more.`;
    warnings.push(`${file}: ${problemOf(first)}. Nothing hangs on it, as its animal and tag have no other deployment.${many}`);
  }
  const [overlap] = overlapping;
  if (overlap !== undefined) {
    const many = overlapping.length === 1 ? '' : `, and so do those of ${overlapping.length - 1} more`;
    warnings.push(
      `${file}: the deployments of ${nameOf(overlap[0])} in rows ${overlap[0].row} and ${overlap[1].row} overlap and differ${many}. Rows of the export in such a time get only what they agree on.`,
    );
  }
  return { deployments: dated.map(asDeployment), warnings };
}

interface DatedDeployment extends TabledDeployment {
  /** Infinite where the cell is empty, NaN where it cannot be read; the last instant is included. */
  readonly onMs: number;
  readonly offMs: number;
}

function firstInstant(text: string): number {
  return text === '' ? Number.NEGATIVE_INFINITY : instantOf(text);
}

/** A date alone stands for its whole day. */
function lastInstant(text: string): number {
  if (text === '') return Number.POSITIVE_INFINITY;
  return isDate(text) ? instantOf(text) + MS_PER_DAY - 1 : instantOf(text);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text);
}

const times = new TimeReader('rfc3339', 0);

function instantOf(text: string): number {
  const bytes = Buffer.from(isDate(text) ? `${text} 00:00:00` : text);
  const ms = times.read(bytes, 0, bytes.length);
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : Number.NaN;
}

function problemOf({ row, on, off, onMs, offMs }: DatedDeployment): string | undefined {
  const unreadable = Number.isNaN(onMs) ? on : Number.isNaN(offMs) ? off : undefined;
  if (unreadable !== undefined)
    return `the date "${clip(unreadable)}" of row ${row} cannot be read; it should be like 2018-05-04 09:30:00.000`;
  return offMs < onMs ? `the deployment of row ${row} ends, at ${off}, before it begins, at ${on}` : undefined;
}

function undecided(file: string, deployment: DatedDeployment): SkeinError {
  return new SkeinError(
    'source',
    `${file}: ${problemOf(deployment)}. ${nameOf(deployment)} has several deployments, and their dates decide which one a row is of. Mend it, or leave the reference data out with --no-reference.`,
  );
}

function tooMany(file: string, [first, ...others]: readonly DatedDeployment[]): SkeinError {
  const name = first === undefined ? '' : nameOf(first);
  return new SkeinError(
    'source',
    `${file} has ${others.length + 1} deployments of ${name}, more than ${MOST_OF_ONE_PAIR}. Is it a list of deployments?`,
  );
}

function nameOf({ animal, tag }: TabledDeployment): string {
  return tag === undefined ? clip(animal) : `${clip(animal)} with tag ${clip(tag)}`;
}

/** Two that overlap and of which different things are told. */
function firstOverlap(pair: readonly DatedDeployment[]): [DatedDeployment, DatedDeployment] | undefined {
  for (const [i, one] of pair.entries()) {
    const other = pair.slice(i + 1).find((later) => later.onMs <= one.offMs && one.onMs <= later.offMs && !tellSame(one, later));
    if (other !== undefined) return [one, other];
  }
  return undefined;
}

function tellSame({ values: a }: TabledDeployment, { values: b }: TabledDeployment): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function asDeployment({ animal, tag, onMs, offMs, values }: DatedDeployment): Deployment {
  const instant = (ms: number): string | undefined => (Number.isFinite(ms) ? new Date(ms).toISOString() : undefined);
  return { animal, tag, on: instant(onMs), off: instant(offMs), values };
}
