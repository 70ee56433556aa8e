// The tracks of one chunk: gather its fixes row by row, and thin them at its end.

import type { RowScanner } from '../csv/row-scanner.ts';
import { booleanKind } from '../encode/boolean.ts';
import { putCoordinate } from '../encode/coordinate.ts';
import { TRUE } from '../encode/row.ts';
import type { RowReader } from '../encode/row-reader.ts';
import type { Series } from '../encode/series.ts';
import type { Layout } from '../movebank/layout.ts';
import { outlierMarks } from '../movebank/outlier-marks.ts';
import { copyFix, FIX_NUMBERS, type FixList, LATITUDE, LONGITUDE, sortFixes, WEIGHT } from './fix-list.ts';
import { IntervalCounter, type Intervals } from './intervals.ts';
import { addCounts, type SparseCounts } from './sparse-counts.ts';
import { type Thinned, thin } from './thin.ts';
import { MAX_TRACK_FIXES } from './track.ts';

/** One series' track in one chunk. Plain data that crosses from the worker. */
export interface TrackPart {
  readonly key: string;
  readonly individual: string | undefined;
  readonly rows: number;
  readonly fixes: number;
  readonly outliers: number;
  readonly nullIslands: number;
  readonly thinned: Thinned;
  /** Months since 1970-01 and fixes in each. */
  readonly months: SparseCounts;
  /** Undefined where there is no fix. */
  readonly intervals: Intervals | undefined;
}

/** Numbers of an entry of `months`. */
export const MONTH_NUMBERS = 2;

interface Counts {
  rows: number;
  fixes: number;
  outliers: number;
  nullIslands: number;
}

export class TrackTally {
  readonly #marks: readonly number[];
  readonly #rescue: number;
  // The fixes of the chunk and the series of each, in the order of the file.
  #fixes: FixList = new Float64Array(FIX_NUMBERS << 12);
  #series = new Int32Array(1 << 12);
  #length = 0;
  readonly #counts = new Map<number, Counts>();
  /** Those of the series of the last row. */
  #last: Counts = { rows: 0, fixes: 0, outliers: 0, nullIslands: 0 };
  #lastSeries = -1;
  /** The rows of each series came without others in between. */
  #isGrouped = true;
  readonly #intervals = new IntervalCounter();

  constructor(layout: Layout) {
    const { marks, rescue } = outlierMarks(layout);
    this.#marks = marks;
    this.#rescue = rescue;
  }

  /** Hot: once a row that is wanted, right after `reader` has read it. */
  count(reader: RowReader, bytes: Uint8Array): void {
    const { row, cells } = reader;
    const { latitudeAt, longitudeAt } = reader.location;
    if (row.series !== this.#lastSeries) this.#turnTo(row.series);
    const counts = this.#last;
    counts.rows++;
    if (latitudeAt < 0 || longitudeAt < 0) return;
    if (reader.isOutlier || this.#isMarked(bytes, cells)) {
      counts.outliers++;
      return;
    }
    if (this.#length === this.#series.length) this.#grow();
    const fixes = this.#fixes;
    const at = FIX_NUMBERS * this.#length;
    putCoordinate(row, latitudeAt, bytes, fixes, at + LATITUDE);
    putCoordinate(row, longitudeAt, bytes, fixes, at + LONGITUDE);
    if (fixes[at + LATITUDE] === 0 && fixes[at + LONGITUDE] === 0) {
      counts.nullIslands++;
      return;
    }
    counts.fixes++;
    this.#series[this.#length++] = row.series;
    fixes[at] = row.timeMs;
    fixes[at + WEIGHT] = 1;
  }

  /** Hand over the tracks of the chunk and begin anew. */
  take(all: readonly Series[]): TrackPart[] {
    this.#groupBySeries();
    const parts: TrackPart[] = [];
    let from = 0;
    for (const [number, counts] of this.#counts) {
      const { key, individual } = all[number]!;
      const to = from + counts.fixes * FIX_NUMBERS;
      parts.push({ key, individual, ...counts, ...this.#sumUp(this.#fixes.subarray(from, to)) });
      from = to;
    }
    this.#length = 0;
    this.#counts.clear();
    this.#lastSeries = -1;
    this.#isGrouped = true;
    return parts;
  }

  /** @param fixes of one series, as they stand in the file */
  #sumUp(fixes: FixList): Pick<TrackPart, 'thinned' | 'months' | 'intervals'> {
    const months: SparseCounts = [];
    let [month, monthStartMs, monthEndMs, inMonth] = [0, Number.NaN, Number.NaN, 0];
    for (let at = 0; at < fixes.length; at += FIX_NUMBERS) {
      const ms = fixes[at]!;
      if (!(ms >= monthStartMs && ms < monthEndMs)) {
        if (at > 0) addCounts(months, [month, inMonth], MONTH_NUMBERS);
        [month, monthStartMs, monthEndMs, inMonth] = [...monthOf(ms), 0];
      }
      inMonth++;
      if (at > 0) this.#intervals.count(fixes[at - FIX_NUMBERS]!, ms);
    }
    if (fixes.length > 0) addCounts(months, [month, inMonth], MONTH_NUMBERS);
    return {
      months,
      intervals: fixes.length === 0 ? undefined : this.#intervals.take(fixes[0]!, fixes.at(-FIX_NUMBERS)!),
      thinned: thin({ fixes: sortFixes(fixes), level: 0 }, MAX_TRACK_FIXES),
    };
  }

  /** Bring the fixes of each series together, series in the order in which they were met. */
  #groupBySeries(): void {
    if (this.#isGrouped) return;
    const next = new Map<number, number>();
    let start = 0;
    for (const [number, { fixes }] of this.#counts) {
      next.set(number, start);
      start += fixes;
    }
    const grouped = new Float64Array(this.#fixes.length);
    for (let i = 0; i < this.#length; i++) {
      const to = next.get(this.#series[i]!)!;
      copyFix(this.#fixes, i * FIX_NUMBERS, grouped, to * FIX_NUMBERS);
      next.set(this.#series[i]!, to + 1);
    }
    this.#fixes = grouped;
  }

  #turnTo(series: number): void {
    const known = this.#counts.get(series);
    if (known !== undefined) this.#isGrouped = false;
    this.#last = known ?? { rows: 0, fixes: 0, outliers: 0, nullIslands: 0 };
    this.#lastSeries = series;
    this.#counts.set(series, this.#last);
  }

  #isMarked(bytes: Uint8Array, { starts, ends }: RowScanner): boolean {
    for (const column of this.#marks) {
      if (starts[column] === ends[column] || !isTrue(bytes, starts[column]!, ends[column]!)) continue;
      return this.#rescue < 0 || !isTrue(bytes, starts[this.#rescue]!, ends[this.#rescue]!);
    }
    return false;
  }

  #grow(): void {
    const fixes = new Float64Array(2 * this.#fixes.length);
    fixes.set(this.#fixes);
    const series = new Int32Array(2 * this.#series.length);
    series.set(this.#series);
    this.#fixes = fixes;
    this.#series = series;
  }
}

function isTrue(bytes: Uint8Array, start: number, end: number): boolean {
  return booleanKind(bytes, start, end) === TRUE;
}

/** Months since 1970-01, and the first time in this one and in the next, ms. */
function monthOf(ms: number): [month: number, startMs: number, endMs: number] {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return [(year - 1970) * 12 + month, Date.UTC(year, month), Date.UTC(year, month + 1)];
}
