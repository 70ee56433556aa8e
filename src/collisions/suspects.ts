// Which rows the survey could not tell apart from others: series by series, the
// times at which two rows may share one.
//
// The table lies in shared memory, so that it costs nothing to hand it to every
// worker with every chunk. A series goes by 64 bits of a hash of its key, which
// `shareSuspects` makes sure no two series of the file have in common: so the
// hash is the series, exactly.

import { createHash } from 'node:crypto';
import { firstIndex } from '../search.ts';
import type { SeriesSummary, SeriesTotals } from '../survey/series-totals.ts';

/** The table as it crosses to the workers. */
export interface SharedSuspects {
  /** What goes into the hash before the key. */
  readonly salt: number;
  /** Hashes of the suspect series, rising. */
  readonly hashes: BigUint64Array;
  /** The intervals of series `i` are `times[starts[i], starts[i + 1])`. */
  readonly starts: Int32Array;
  /** First and last time of each interval, ms, both included. */
  readonly times: Float64Array;
}

/** The first 64 bits of a hash of a series key. */
export function seriesHash(key: string, salt: number): bigint {
  return createHash('sha256').update(`${salt} ${key}`).digest().readBigUInt64LE();
}

/** @returns undefined when no two rows of the file can share series and time */
export function shareSuspects(all: SeriesTotals): SharedSuspects | undefined {
  const suspect: SeriesSummary[] = [];
  for (const one of all.values()) if (one.times.suspect.length > 0) suspect.push(one);
  if (suspect.length === 0) return undefined;
  let salt = 0;
  while (new Set(Array.from(all.keys(), (key) => seriesHash(key, salt))).size < all.size) salt++;
  const found = suspect.map(({ key, times }) => ({ hash: seriesHash(key, salt), times: times.suspect }));
  found.sort((a, b) => (a.hash < b.hash ? -1 : 1));

  const hashes = new BigUint64Array(shared(found.length * 8));
  const starts = new Int32Array(shared((found.length + 1) * 4));
  const times = new Float64Array(shared(found.reduce((sum, one) => sum + one.times.length, 0) * 8));
  for (const [i, one] of found.entries()) {
    hashes[i] = one.hash;
    times.set(one.times, starts[i]);
    starts[i + 1] = starts[i]! + one.times.length;
  }
  return { salt, hashes, starts, times };
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

/** Where a worker looks up whether a row is suspect. */
export class Suspects {
  readonly #table: SharedSuspects;

  constructor(table: SharedSuspects) {
    this.#table = table;
  }

  /** The number of a series in the table, or -1 if none of its rows is suspect. */
  find(key: string): number {
    const { hashes, salt } = this.#table;
    const hash = seriesHash(key, salt);
    const at = firstIndex(hashes.length, (i) => hashes[i]! >= hash);
    return hashes[at] === hash ? at : -1;
  }

  hash(series: number): bigint {
    return this.#table.hashes[series]!;
  }

  /** Hot: once a row of a suspect series. */
  holds(series: number, timeMs: number): boolean {
    const { starts, times } = this.#table;
    for (let i = starts[series]!, end = starts[series + 1]!; i < end; i += 2) {
      if (timeMs <= times[i + 1]!) return timeMs >= times[i]!;
    }
    return false;
  }
}
