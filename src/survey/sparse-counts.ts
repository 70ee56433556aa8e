// Counts by key, of which a series has a few out of very many: its months, the
// lengths of its intervals. Plain numbers, as there may be a hundred thousand series.

/** `width` numbers an entry, in order of the first, the key. The others add up. */
export type SparseCounts = number[];

/** Add the entries of `more` to those of `counts`. */
export function addCounts(counts: SparseCounts, more: SparseCounts, width: number): void {
  for (let from = 0; from < more.length; from += width) {
    const key = more[from]!;
    let at = counts.length;
    while (at > 0 && counts[at - width]! >= key) at -= width;
    if (counts[at] === key) for (let i = 1; i < width; i++) counts[at + i]! += more[from + i]!;
    else counts.splice(at, 0, ...more.slice(from, from + width));
  }
}
