// A database that takes part in the comparison, whatever its words.

import type { ExportFile } from './export-file.ts';

/** What was found, and how long that took from the question to the last row. */
export interface Answered {
  readonly fixes: number;
  readonly ms: number;
}

/** Something that holds for one database and no other. */
export interface Oddity {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** An empty database that an export goes into. */
export interface Database {
  /** @returns seconds */
  load(file: ExportFile): Promise<number>;
  /** How many rows it holds. */
  rows(): Promise<number>;
  /** Once what is only in a log is where it stays. */
  diskBytes(): Promise<number>;
  /** Time, latitude and longitude of all fixes of an animal. */
  track(individual: string): Promise<Answered>;
  /** Fixes by animal and month, added up. */
  months(): Promise<Answered>;
  /** What it makes of rows that are in its way. */
  oddities(): Promise<readonly Oddity[]>;
}

export interface Contender {
  readonly name: string;
  readonly isFound: boolean;
  readonly howToGet: string;
  /** A fresh one for `use`, gone after it. */
  with<Result>(use: (database: Database) => Promise<Result>): Promise<Result>;
}

/** Ask by `ask`, which gives the number of fixes. */
export async function timed(ask: () => Promise<number>): Promise<Answered> {
  const began = performance.now();
  const fixes = await ask();
  return { fixes, ms: performance.now() - began };
}
