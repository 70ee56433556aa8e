// Thin a track: keep of each time cell the first, the last, the northernmost,
// southernmost, easternmost and westernmost fix.
//
// A cell of level k is 2^k ms long and begins at a multiple of that, so two cells
// of one level make one of the next, and what is kept of a cell is kept of its
// halves too. The level is the least at which the fixes of each cell, counted up
// to six, are within a bound. More fixes never have a lower level.
//
// Invariant: so thinning the parts of a track, in whatever order and however often,
// and then all of it is the same as thinning the whole. For that a kept fix carries
// for how many it stands: in each cell these add up to its fixes, at most six.

import { compareFixes, copyFix, FIX_NUMBERS, type FixList, LATITUDE, LONGITUDE, WEIGHT } from './fix-list.ts';

/** The most that is kept of a cell: the first, the last, and one for each of four directions. */
export const CELL_FIXES = 6;
/** No bound can be lower: at the highest level there are two cells, before 1970 and after. */
export const LEAST_BOUND = 2 * CELL_FIXES;
/** Any two times of one sign that InfluxDB stores share a cell of this level. */
const HIGHEST_LEVEL = 44;

/** Fixes in order, thinned to the cells of a level. */
export interface Thinned {
  readonly fixes: FixList;
  readonly level: number;
}

/**
 * Thin fixes that are in order to at most `bound`.
 *
 * @param track at the level below which it is known that its own is not; 0 where nothing is known
 * @param bound at least LEAST_BOUND
 */
export function thin(track: Thinned, bound: number): Thinned {
  const level = levelFor(track, bound);
  return { fixes: keptAt(track.fixes, level), level };
}

/** The length of a level's cells, ms. */
export function cellMsOf(level: number): number {
  return 2 ** level;
}

/**
 * The least level at which the fixes are within the bound.
 *
 * Hot: over every fix. A fix counts at a level unless six in its cell come before
 * it, and so if the sixth before it, all being in order, is in another cell. So one
 * look at each fix tells of all levels.
 */
function levelFor({ fixes, level }: Thinned, bound: number): number {
  /** By level: fixes that count below it and not from it on. */
  const until = new Float64Array(65);
  let counted = 0;
  let before = 0;
  let leftOfBefore = fixes[WEIGHT]!;
  for (let at = 0; at < fixes.length; at += FIX_NUMBERS) {
    for (let copies = fixes[at + WEIGHT]!; copies > 0; copies--) {
      if (counted++ < CELL_FIXES) continue;
      until[sharedLevel(fixes[before]!, fixes[at]!)]!++;
      if (--leftOfBefore > 0) continue;
      before += FIX_NUMBERS;
      leftOfBefore = fixes[before + WEIGHT]!;
    }
  }
  let least = 0;
  for (; least <= HIGHEST_LEVEL && (counted - until[least]! > bound || least < level); least++) counted -= until[least]!;
  return least;
}

/** The lowest level at which two times are in one cell. */
function sharedLevel(a: number, b: number): number {
  const high = Math.floor(a / 2 ** 32) ^ Math.floor(b / 2 ** 32);
  return high === 0 ? 32 - Math.clz32((a >>> 0) ^ (b >>> 0)) : 64 - Math.clz32(high);
}

let scratch = new Float64Array(0);

/** Hot: over every fix. */
function keptAt(fixes: FixList, level: number): FixList {
  const cellMs = cellMsOf(level);
  if (scratch.length < fixes.length) scratch = new Float64Array(fixes.length);
  const kept = scratch;
  const ends = new Int32Array(CELL_FIXES);
  let length = 0;
  for (let first = 0; first < fixes.length; ) {
    const cellEnd = (Math.floor(fixes[first]! / cellMs) + 1) * cellMs;
    let [south, north, west, east] = [first, first, first, first];
    let lowest = fixes[first + LATITUDE]!;
    let highest = lowest;
    let leftmost = fixes[first + LONGITUDE]!;
    let rightmost = leftmost;
    let weight = fixes[first + WEIGHT]!;
    let next = first + FIX_NUMBERS;
    for (; next < fixes.length && fixes[next]! < cellEnd; next += FIX_NUMBERS) {
      weight += fixes[next + WEIGHT]!;
      const latitude = fixes[next + LATITUDE]!;
      const longitude = fixes[next + LONGITUDE]!;
      if (latitude < lowest) {
        lowest = latitude;
        south = next;
      } else if (latitude > highest) {
        highest = latitude;
        north = next;
      }
      if (longitude < leftmost) {
        leftmost = longitude;
        west = next;
      } else if (longitude > rightmost) {
        rightmost = longitude;
        east = next;
      }
    }
    const last = next - FIX_NUMBERS;
    const cellStart = length;
    if (last === first) {
      copyFix(fixes, first, kept, length);
      length += FIX_NUMBERS;
    } else {
      ends[0] = first;
      ends[1] = south;
      ends[2] = north;
      ends[3] = west;
      ends[4] = east;
      ends[5] = last;
      sortSix(ends);
      for (let i = 0; i < CELL_FIXES; i++) {
        if (i > 0 && compareFixes(fixes, ends[i - 1]!, ends[i]!) === 0) continue;
        copyFix(fixes, ends[i]!, kept, length);
        kept[length + WEIGHT] = 1;
        length += FIX_NUMBERS;
      }
    }
    kept[cellStart + WEIGHT] = Math.min(weight, CELL_FIXES) - (length - cellStart) / FIX_NUMBERS + 1;
    first = next;
  }
  return kept.slice(0, length);
}

/** Hot: once a cell; the platform's own sort takes longer than all the rest. */
function sortSix(six: Int32Array): void {
  for (let i = 1; i < CELL_FIXES; i++) {
    const one = six[i]!;
    let at = i;
    for (; at > 0 && six[at - 1]! > one; at--) six[at] = six[at - 1]!;
    six[at] = one;
  }
}
