// What differs between the servers that take line protocol.
//
// The write half is pure and small: it is loaded into every worker. The
// questions are asked on the main thread only, and what they need is loaded
// when the first one is.

import type { RefusedLine } from '../destination.ts';
import type { Buckets } from './buckets.ts';
import type { Questions } from './questions.ts';
import type { TimeSpan } from './shard-groups.ts';
import type { DialectName, InfluxTarget } from './target.ts';

/** The answer to a write of which some line was refused. */
export interface Refusal {
  readonly status: number;
  /** The body, or its first few KB: servers echo what they were sent. */
  readonly text: string;
  /** Whether the body goes on after `text`. */
  readonly isCut: boolean;
}

/** Lines that a refusal names, and what became of the others. */
export interface NamedLines {
  /** At least one. There may be more that are not named. */
  readonly refused: readonly RefusedLine[];
  /** All the other lines are written. Where it is not certain, they are sent again. */
  readonly othersTaken: boolean;
}

export interface Dialect {
  readonly name: DialectName;
  /** As people call the server. */
  readonly title: string;
  /** Every value is a number: text is stored as 0, or not at all. */
  readonly numbersOnly: boolean;
  /** Path and query of a write, below the server's URL. Times are in ms, and it says so. */
  writePath(target: InfluxTarget): string;
  /** The header that a token goes into. */
  authorization(token: string): string;
  /** Whether the answer to an empty body says that a body would have been taken. */
  takesWrites(status: number, text: string): boolean;
  /**
   * The lines that a refusal names.
   *
   * @param lines what was sent
   * @returns undefined when it names none for certain: then parts of the batch tell
   */
  namedLines(refusal: Refusal, lines: readonly string[]): NamedLines | undefined;
  /** What a user should know of any load there. */
  readonly worthKnowing: readonly string[];
  /** Questions about what the server holds. Main thread only. */
  questions(target: InfluxTarget): Promise<Questions>;
  /** Where points are kept; undefined where there is nothing to be made or emptied. Main thread only. */
  readonly buckets?: (target: InfluxTarget) => Promise<Buckets>;
  /**
   * Find out by points of our own what cannot be asked. Main thread only.
   *
   * @returns what to know
   * @throws SkeinError `destination` when times of the load would not be kept
   */
  readonly tryOut?: (target: InfluxTarget, span: TimeSpan) => Promise<string[]>;
}
