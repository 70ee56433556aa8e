// Binary search.

/**
 * The first of `count` places at which `holds` is true, if it is false up to there and true from there on.
 *
 * @returns `count` where it is nowhere true
 */
export function firstIndex(count: number, holds: (i: number) => boolean): number {
  let low = 0;
  for (let high = count; low < high; ) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
