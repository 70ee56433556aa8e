// What can be asked of a server about what it holds.

import { SkeinError } from '../../errors.ts';

/** Integers are bigint where the server tells them from floats, so that those beyond 2^53 are exact. */
export type FieldValue = number | bigint | boolean | string;

/** As servers call them. */
export type StoredType = 'float' | 'integer' | 'unsigned' | 'boolean' | 'string';

export interface PointRange {
  readonly measurement: string;
  readonly field: string;
  /** Half-open, ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PointKey {
  readonly measurement: string;
  /** All of its tags: a point that has others is another point. */
  readonly tags: ReadonlyMap<string, string>;
  readonly timeMs: number;
}

/** All fail with a SkeinError `destination` when the server does not let us ask, or gives no answer. */
export interface Questions {
  /**
   * Count the points that have a field, by series.
   *
   * However many there are it ends: what the server does not answer in time is
   * asked in pieces.
   *
   * @returns by series key, as `encode/series-key` writes it; series without such a point are left out
   */
  countBySeries(range: PointRange): Promise<Map<string, number>>;
  /** The fields of one point, empty when there is none. */
  pointAt(key: PointKey): Promise<Map<string, FieldValue>>;
  /** The types that each field of a measurement has, in whatever shard; none where all values are numbers. */
  fieldTypes(measurement: string): Promise<Map<string, Set<StoredType>>>;
}

/** The token may not ask this. */
export class NotAllowed extends SkeinError {
  constructor(message: string, options?: ErrorOptions) {
    super('destination', message, options);
  }
}

/** A question that got no answer for a reason that may pass, or that a smaller question does not meet. */
export class Unanswered extends SkeinError {
  constructor(url: string, why: string, options?: ErrorOptions) {
    super('destination', `${url} did not answer a query: ${why}.`, options);
  }
}
