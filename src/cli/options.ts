// The options as the commands get them, and how what the user typed becomes one.

import { InvalidArgumentError } from 'commander';
import type { DuplicatePolicy } from '../duplicate-policy.ts';
import type { SelectionOptions } from '../encode/selection.ts';

/** Options of every command that reads an export. */
export interface ReadOptions {
  readonly workers: number;
  readonly chunkBytes: number;
  readonly mapping?: string;
  readonly measurement?: string;
  /** False with `--no-reference`. */
  readonly reference?: string | false;
  readonly referenceTags?: readonly string[];
  readonly referenceFields?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Of `skein report`. */
export interface ReportOptions extends ReadOptions {
  readonly out?: string;
}

/** Options of every command that writes. */
export interface WriteOptions extends ServerOptions {
  readonly workers: number;
  readonly state?: string;
  readonly inFlight: number;
  readonly rateLimit?: number;
  readonly retrySeconds: number;
  readonly createBucket?: boolean;
  readonly replaceBucket?: boolean;
  readonly yes?: boolean;
  readonly adminEnvFile?: string;
  readonly maxRejects?: number;
  readonly fresh?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Where points go, and how to get in. */
export interface ServerOptions {
  readonly to?: string;
  readonly bucket?: string;
  readonly org?: string;
  readonly envFile?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  /** Tries; true where `--wait` stands alone. */
  readonly wait?: number | true;
}

export interface SetupOptions extends Pick<ServerOptions, 'to' | 'bucket' | 'org' | 'caFile' | 'wait'> {
  readonly filesOnly?: boolean;
}

/** Which rows are written, and how often. */
export interface RowOptions {
  readonly duplicates?: DuplicatePolicy;
  readonly outliers: 'keep' | 'drop';
  /** Of `--no-location`; commander takes the `no-` for a negation and leaves it out of the name. */
  readonly location: 'keep' | 'drop';
  readonly since?: number;
  readonly until?: number;
  readonly individual?: readonly string[];
}

export interface LoadOptions extends ReadOptions, WriteOptions, RowOptions {
  readonly batchLines: number;
  readonly format: 'lines' | 'shards';
  readonly via: 'write' | 'shards' | 'auto';
  readonly dryRun?: boolean;
  readonly report?: string;
  /** False with `--no-verify`. */
  readonly verify: boolean;
}

/** Of `skein inspect`: the server is one whose speed is measured. */
export interface InspectCommandOptions extends ReadOptions, ServerOptions {
  readonly adminEnvFile?: string;
}

export interface VerifyOptions extends ReadOptions, ServerOptions, RowOptions {
  readonly state?: string;
}

/** Of `skein query`. */
export interface QueryCommandOptions extends ServerOptions {
  readonly measurement?: string;
  readonly study?: readonly string[];
  readonly taxon?: readonly string[];
  readonly individual?: readonly string[];
  readonly since?: number;
  readonly until?: number;
  readonly every?: string;
  readonly set?: readonly string[];
  readonly format: 'table' | 'csv' | 'json';
  readonly quiet?: boolean;
}

export interface TuneOptions extends ServerOptions {
  readonly seconds: number;
  readonly adminEnvFile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The rows that the user wants. */
export function selectionOf({ since, until, individual, outliers, location }: RowOptions): SelectionOptions {
  return {
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
    individuals: individual ?? [],
    dropOutliers: outliers === 'drop',
    dropNoLocation: location === 'drop',
  };
}

/** A whole number from `least` on. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(
        most === Number.MAX_SAFE_INTEGER
          ? `It takes a whole number from ${least} on.`
          : `It takes a whole number from ${least} to ${most}.`,
      );
    }
    return value;
  };
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const RFC_3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/i;

/** `YYYY-MM-DD` or RFC 3339, in UTC unless it says otherwise, as ms. */
export function pointInTime(text: string): number {
  const zoned = DATE.test(text) ? `${text}T00:00:00Z` : RFC_3339.test(text) ? text.replace(' ', 'T') : '';
  const ms = Date.parse(/(Z|[+-]\d\d:\d\d)$/i.test(zoned) ? zoned : `${zoned}Z`);
  // Date.parse takes the 30th of February for the 2nd of March.
  const sameDay = zoned !== '' && new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));
  if (Number.isNaN(ms) || !sameDay) throw new InvalidArgumentError('It takes a date like 2014-05-01 or a time like 2014-05-01T12:00:00Z.');
  return ms;
}

/** A duration of Flux, of one unit. */
export function fluxDuration(text: string): string {
  if (!/^[1-9]\d{0,8}(s|m|h|d|w|mo|y)$/.test(text)) {
    throw new InvalidArgumentError('It takes a number and a unit, like 90s, 15m, 6h, 1d, 2w, 1mo or 1y.');
  }
  return text;
}

/** One of the user's values of a repeatable option, added to those before. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Names with commas between; the word `none` for none. */
export function nameList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It takes names with commas between, like animal-sex,animal-mass, or "none".');
  return text === 'none' ? [] : names;
}
