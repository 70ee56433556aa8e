// The tracks of a file, put together from those of its chunks in the order of the file.

import { readSeriesKey } from '../encode/series-key.ts';
import type { Layout } from '../movebank/layout.ts';
import { canonicalName } from '../movebank/names.ts';
import { FIX_NUMBERS, joinFixes, LATITUDE, LONGITUDE } from './fix-list.ts';
import { addIntervals, type Gap, IntervalCounter, type Intervals, longestGaps, medianMs } from './intervals.ts';
import { addCounts, type SparseCounts } from './sparse-counts.ts';
import { cellMsOf, LEAST_BOUND, type Thinned, thin } from './thin.ts';
import { MAX_KEPT_FIXES, MAX_TRACK_FIXES, type Track } from './track.ts';
import { MONTH_NUMBERS, type TrackPart } from './track-tally.ts';

/** A track so far. Its fixes are in order, those of several parts side by side until it is thinned again. */
interface Gathered {
  readonly key: string;
  readonly individual: string | undefined;
  rows: number;
  fixes: number;
  outliers: number;
  nullIslands: number;
  thinned: Thinned;
  readonly months: SparseCounts;
  intervals: Intervals | undefined;
}

export class TrackMerger {
  readonly #tracks = new Map<string, Gathered>();
  readonly #counter = new IntervalCounter();
  /** Fixes in memory, and how many may be before all tracks are thinned. */
  #held = 0;
  #mostHeld = 2 * MAX_KEPT_FIXES;

  /** Add those of the chunk that comes next in the file. */
  add(parts: readonly TrackPart[]): void {
    for (const part of parts) {
      const known = this.#tracks.get(part.key);
      this.#held += part.thinned.fixes.length / FIX_NUMBERS;
      if (known === undefined) this.#tracks.set(part.key, { ...part });
      else this.#join(known, part);
    }
    if (this.#held <= this.#mostHeld) return;
    this.#thinAll();
    this.#mostHeld = Math.max(2 * MAX_KEPT_FIXES, 2 * this.#held);
  }

  /** All tracks, by individual and then by key. @param layout names the tags of study and sensor */
  finish(layout: Layout): Track[] {
    this.#thinAll();
    const all = [...this.#tracks.values()];
    const shown = new Set<Gathered>();
    let kept = 0;
    for (const track of all.toSorted((a, b) => b.fixes - a.fixes || compare(a.key, b.key))) {
      kept += track.thinned.fixes.length / FIX_NUMBERS;
      if (kept <= MAX_KEPT_FIXES) shown.add(track);
    }
    const study = tagKeys(layout, ['study_name', 'study_id']);
    const sensor = tagKeys(layout, ['sensor_type', 'sensor_type_id']);
    return all
      .sort((a, b) => compare(a.individual ?? '', b.individual ?? '') || compare(a.key, b.key))
      .map((track) => {
        const { tags } = readSeriesKey(track.key);
        const tagOf = (keys: readonly string[]): string | undefined => tags.get(keys.find((key) => tags.has(key)) ?? '');
        return trackOf(track, tagOf(study), tagOf(sensor), shown.has(track));
      });
  }

  #join(known: Gathered, part: TrackPart): void {
    known.rows += part.rows;
    known.fixes += part.fixes;
    known.outliers += part.outliers;
    known.nullIslands += part.nullIslands;
    addCounts(known.months, part.months, MONTH_NUMBERS);
    if (known.intervals === undefined) known.intervals = part.intervals;
    else if (part.intervals !== undefined) addIntervals(known.intervals, part.intervals, this.#counter);
    known.thinned = {
      fixes: joinFixes(known.thinned.fixes, part.thinned.fixes),
      level: Math.max(known.thinned.level, part.thinned.level),
    };
    if (known.thinned.fixes.length > 2 * MAX_TRACK_FIXES * FIX_NUMBERS) this.#thin(known, MAX_TRACK_FIXES);
  }

  #thin(track: Gathered, bound: number): void {
    this.#held -= track.thinned.fixes.length / FIX_NUMBERS;
    track.thinned = thin(track.thinned, bound);
    this.#held += track.thinned.fixes.length / FIX_NUMBERS;
  }

  /**
   * Thin all tracks to what each may have for all to have no more than MAX_KEPT_FIXES.
   *
   * That falls as rows are added, so a track is never thinned to less than in the end.
   */
  #thinAll(): void {
    const bound = boundFor(Array.from(this.#tracks.values(), ({ fixes }) => fixes));
    for (const track of this.#tracks.values()) this.#thin(track, bound);
  }
}

/** The most that tracks of so many fixes may each have, not below LEAST_BOUND. */
function boundFor(fixes: readonly number[]): number {
  const inOrder = Float64Array.from(fixes).sort();
  let left = MAX_KEPT_FIXES;
  for (const [i, count] of inOrder.entries()) {
    const share = Math.floor(left / (inOrder.length - i));
    if (count > share) return Math.min(MAX_TRACK_FIXES, Math.max(LEAST_BOUND, share));
    left -= count;
  }
  return MAX_TRACK_FIXES;
}

/** The tags that mean one of these, by their own keys. */
function tagKeys({ columns, names }: Layout, meanings: readonly string[]): string[] {
  const own = columns.flatMap((role, column) =>
    role.role === 'tag' && meanings.includes(canonicalName(names[column] ?? '')) ? [role.key] : [],
  );
  return [...own, ...meanings];
}

function trackOf(track: Gathered, study: string | undefined, sensor: string | undefined, isShown: boolean): Track {
  const { key, individual, rows, fixes, outliers, nullIslands, thinned, months, intervals } = track;
  const column = (which: number): Float64Array =>
    Float64Array.from({ length: isShown ? thinned.fixes.length / FIX_NUMBERS : 0 }, (_, i) => thinned.fixes[i * FIX_NUMBERS + which]!);
  return {
    key,
    individual,
    study,
    sensor,
    rows,
    fixes,
    outliers,
    nullIslands,
    firstMs: thinned.fixes[0],
    lastMs: thinned.fixes.at(-FIX_NUMBERS),
    cellMs: cellMsOf(thinned.level),
    timesMs: column(0),
    latitudes: column(LATITUDE),
    longitudes: column(LONGITUDE),
    months: Array.from({ length: months.length / MONTH_NUMBERS }, (_, i) => [months[2 * i]!, months[2 * i + 1]!] as const),
    gaps: gapsOf(track),
    medianIntervalMs: intervals === undefined ? undefined : medianMs(intervals),
  };
}

/** The gaps of a file in order are known. Of another those are that no cell hides. */
function gapsOf({ intervals, thinned: { fixes, level } }: Gathered): readonly Gap[] {
  if (intervals === undefined || intervals.backwards === 0) return intervals?.gaps ?? [];
  const cellMs = cellMsOf(level);
  const gaps: Gap[] = [];
  for (let at = FIX_NUMBERS; at < fixes.length; at += FIX_NUMBERS) {
    const [fromMs, toMs] = [fixes[at - FIX_NUMBERS]!, fixes[at]!];
    if (toMs - fromMs >= cellMs) gaps.push({ fromMs, toMs });
  }
  return longestGaps(gaps);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
