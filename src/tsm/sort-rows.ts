// Sort rows by time where they mostly are in order already: files are in runs.

let scratch = new Int32Array(0);
let runs = new Int32Array(0);

/**
 * Sort `rows[from, to)` by `timesMs[row]`, those of one time in the order in which they stand.
 *
 * Merges neighbouring runs, as often as it takes: nothing to do where all is one
 * run, and no more than log2 of their number passes.
 */
export function sortByTime(rows: Int32Array, from: number, to: number, timesMs: Float64Array): void {
  if (rows.length > scratch.length) {
    scratch = new Int32Array(rows.length);
    runs = new Int32Array(rows.length + 1);
  }
  let count = 0;
  for (let i = from; i < to; i++) {
    if (i === from || timesMs[rows[i]!]! < timesMs[rows[i - 1]!]!) runs[count++] = i;
  }
  let source: Int32Array = rows;
  let target: Int32Array = scratch;
  while (count > 1) {
    let merged = 0;
    for (let run = 0; run < count; run += 2) {
      const start = runs[run]!;
      const middle = run + 1 < count ? runs[run + 1]! : to;
      const end = run + 2 < count ? runs[run + 2]! : to;
      mergeRuns(source, start, middle, end, timesMs, target);
      runs[merged++] = start;
    }
    count = merged;
    [source, target] = [target, source];
  }
  if (source !== rows) rows.set(source.subarray(from, to), from);
}

/** Merge `source[start, middle)` and `source[middle, end)` to `target[start, end)`. */
function mergeRuns(source: Int32Array, start: number, middle: number, end: number, timesMs: Float64Array, target: Int32Array): void {
  let left = start;
  let right = middle;
  for (let to = start; to < end; to++) {
    const isLeft = right === end || (left < middle && timesMs[source[left]!]! <= timesMs[source[right]!]!);
    target[to] = isLeft ? source[left++]! : source[right++]!;
  }
}
