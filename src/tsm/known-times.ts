// The times of blocks that were found to be right, so that the same bytes need
// not be unpacked again: fields that have the same rows have the same times.

import { timesIn } from './block.ts';
import type { ColumnType } from './column.ts';
import type { BlockPlace } from './file.ts';

/** Of one series so many are kept, some MB. */
const MOST_KEPT = 4096;

type TimeSpan = Pick<BlockPlace, 'firstMs' | 'lastMs'>;

interface Known {
  /** As a block has them. */
  readonly times: Uint8Array;
  readonly lastMs: number;
  readonly count: number;
}

export class KnownTimes {
  #series: Uint8Array = new Uint8Array(0);
  /** By their first time. */
  readonly #known = new Map<number, Known[]>();
  #kept = 0;

  /** The blocks that come are of this series: those of another are forgotten. */
  ofSeries(series: Uint8Array): void {
    if (Buffer.compare(series, this.#series) === 0) return;
    this.#series = series;
    this.#known.clear();
    this.#kept = 0;
  }

  /**
   * How many times an intact block of `type` has.
   *
   * @returns undefined unless its times, byte by byte, are known and are from the first to the last of `span`
   */
  countOf(block: Uint8Array, type: ColumnType, { firstMs, lastMs }: TimeSpan): number | undefined {
    const alike = this.#known.get(firstMs);
    if (alike === undefined) return undefined;
    const times = timesIn(block, type);
    if (times === undefined) return undefined;
    return alike.find((known) => known.lastMs === lastMs && Buffer.compare(known.times, times) === 0)?.count;
  }

  /** @param block of the series, whose times were found to be `count` that rise from the first to the last of `span` */
  add(block: Uint8Array, type: ColumnType, { firstMs, lastMs }: TimeSpan, count: number): void {
    const times = timesIn(block, type);
    if (times === undefined || this.#kept === MOST_KEPT) return;
    this.#kept++;
    const known = { times: times.slice(), lastMs, count };
    const alike = this.#known.get(firstMs);
    if (alike === undefined) this.#known.set(firstMs, [known]);
    else alike.push(known);
  }
}
