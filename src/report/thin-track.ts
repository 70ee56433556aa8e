// Thin tracks until a page has room for them, by the rule of the survey: time
// cells of 2^k ms, in each the first, last and extreme fixes. As cells nest, the
// thinning of a thinned track is that of the whole one.

import type { Track } from '../survey/track.ts';

/** Fixes of a track that is as short as it gets: two cells, before 1970 and after, of first, last, north, south, east and west. */
const FEWEST_FIXES = 12;

/** How many fixes every track may have at most for all to have about `total`: those that need less leave the rest to the others. */
export function fixesOfTrack(tracks: readonly Track[], total: number): number {
  const lengths = tracks.map(({ timesMs }) => timesMs.length).sort((a, b) => a - b);
  let left = total;
  for (const [i, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - i));
    if (length > share) return Math.max(share, FEWEST_FIXES);
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

/** Widen the cells of `track` until it has at most `most` fixes, which is 12 or more. */
export function thinTrack(track: Track, most: number): Track {
  let { cellMs } = track;
  let kept = Uint32Array.from(track.timesMs.keys());
  while (kept.length > most) {
    cellMs *= 2;
    // Each cell keeps one at least.
    if (cellCount(track, kept, cellMs) <= most) kept = keptFixes(track, kept, cellMs);
  }
  if (cellMs === track.cellMs) return track;
  const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (i) => values[i] as number);
  return { ...track, cellMs, timesMs: pick(track.timesMs), latitudes: pick(track.latitudes), longitudes: pick(track.longitudes) };
}

function cellCount({ timesMs }: Track, fixes: Uint32Array, cellMs: number): number {
  let cells = 0;
  let before = Number.NaN;
  for (const fix of fixes) {
    const cell = Math.floor((timesMs[fix] as number) / cellMs);
    if (cell !== before) cells++;
    before = cell;
  }
  return cells;
}

/** Those of `fixes`, in time order, that cells of `cellMs` keep. */
function keptFixes({ timesMs, latitudes, longitudes }: Track, fixes: Uint32Array, cellMs: number): Uint32Array<ArrayBuffer> {
  const kept: number[] = [];
  const cellOf = (at: number): number => Math.floor((timesMs[fixes[at] as number] as number) / cellMs);
  for (let begin = 0, end = 0; begin < fixes.length; begin = end) {
    const cell = cellOf(begin);
    while (end < fixes.length && cellOf(end) === cell) end++;
    const own = fixes.subarray(begin, end);
    // The first of equals, as the survey has it.
    const most = (values: Float64Array, sign: number): number =>
      own.reduce((best, fix) => (sign * (values[fix] as number) > sign * (values[best] as number) ? fix : best));
    const [first, last] = [own[0] as number, own.at(-1) as number];
    const all = new Set([first, last, most(latitudes, 1), most(latitudes, -1), most(longitudes, 1), most(longitudes, -1)]);
    kept.push(...[...all].sort((a, b) => a - b));
  }
  return Uint32Array.from(kept);
}
