// Fixes in one array, as they go from the workers to the main thread.

/**
 * Four numbers a fix: time in ms, latitude and longitude in degrees, and for how
 * many fixes of its time cell it stands (see `thin`).
 */
export type FixList = Float64Array<ArrayBuffer>;

export const FIX_NUMBERS = 4;
export const LATITUDE = 1;
export const LONGITUDE = 2;
export const WEIGHT = 3;

/**
 * Order of fixes `a` and `b`, offsets in `fixes`: by time, then by place, so that it does not matter which of two rows
 * came first. Zero for equal ones.
 */
export function compareFixes(fixes: FixList, a: number, b: number): number {
  return fixes[a]! - fixes[b]! || fixes[a + LATITUDE]! - fixes[b + LATITUDE]! || fixes[a + LONGITUDE]! - fixes[b + LONGITUDE]!;
}

/** Bring fixes in order. Hot: over every fix; an export has nearly all of them in order. */
export function sortFixes(fixes: FixList): FixList {
  let at = FIX_NUMBERS;
  while (at < fixes.length && (fixes[at - FIX_NUMBERS]! < fixes[at]! || compareFixes(fixes, at - FIX_NUMBERS, at) <= 0)) at += FIX_NUMBERS;
  if (at >= fixes.length) return fixes;
  const order = Int32Array.from({ length: fixes.length / FIX_NUMBERS }, (_, i) => i * FIX_NUMBERS);
  order.sort((a, b) => compareFixes(fixes, a, b));
  const sorted = new Float64Array(fixes.length);
  for (const [i, from] of order.entries()) copyFix(fixes, from, sorted, i * FIX_NUMBERS);
  return sorted;
}

/** Two lists that are in order, as one. */
export function joinFixes(a: FixList, b: FixList): FixList {
  if (a.length === 0) return b;
  const joined = new Float64Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return sortFixes(joined);
}

/** Hot: once a fix that is kept. */
export function copyFix(from: FixList, at: number, to: FixList, toAt: number): void {
  to[toAt] = from[at]!;
  to[toAt + LATITUDE] = from[at + LATITUDE]!;
  to[toAt + LONGITUDE] = from[at + LONGITUDE]!;
  to[toAt + WEIGHT] = from[at + WEIGHT]!;
}
