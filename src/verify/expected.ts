// What a server must hold when all of an export is written: points by series
// and year, how many of them have each field, and some of them whole.
//
// Plain data that crosses from the workers. Invariant: `addExpected` is
// associative and does not depend on how the file was cut.

/** One series in one UTC year. */
export interface ExpectedCell {
  /** Series key, with the tag that numbers rows of one time if it has one. */
  readonly series: string;
  readonly year: number;
  points: number;
  /** How many of them have each field, by its slot. */
  readonly fields: Uint32Array;
}

export interface Expected {
  points: number;
  readonly cells: Map<string, ExpectedCell>;
  /** Which fields points have together, as slots in rising order; undefined when there are too many ways. */
  patterns: Set<string> | undefined;
  /** Lines, each with a number that its row's place in the file gives: those of the lowest numbers. */
  samples: Sample[];
}

export interface Sample {
  readonly rank: number;
  readonly line: string;
}

/** How many points are compared value by value. */
export const SAMPLES = 50;
const MOST_PATTERNS = 1024;

export function nothingExpected(): Expected {
  return { points: 0, cells: new Map(), patterns: new Set(), samples: [] };
}

/** Add `more` to `expected`; `more` is not used any more. */
export function addExpected(expected: Expected, more: Expected): void {
  expected.points += more.points;
  for (const [name, cell] of more.cells) {
    const known = expected.cells.get(name);
    if (known === undefined) expected.cells.set(name, cell);
    else {
      known.points += cell.points;
      for (let slot = 0; slot < cell.fields.length; slot++) known.fields[slot] = (known.fields[slot] ?? 0) + (cell.fields[slot] ?? 0);
    }
  }
  if (more.patterns === undefined) expected.patterns = undefined;
  for (const pattern of more.patterns ?? []) addPattern(expected, pattern);
  expected.samples = lowestSamples([...expected.samples, ...more.samples]);
}

export function addPattern(expected: Expected, pattern: string): void {
  expected.patterns?.add(pattern);
  if (expected.patterns !== undefined && expected.patterns.size > MOST_PATTERNS) expected.patterns = undefined;
}

export function lowestSamples(samples: Sample[]): Sample[] {
  return samples.sort((a, b) => a.rank - b.rank).slice(0, SAMPLES);
}

/**
 * The fewest fields of which every point has one, so that counting them counts every point.
 *
 * Found greedily, which is not always the least: of fields that as many points
 * have, the preferred one comes first, then the lower slot.
 *
 * @param slots how many fields there are
 * @param preferred a slot, or -1
 * @returns slots
 */
export function coveringFields(patterns: ReadonlySet<string> | undefined, slots: number, preferred: number): number[] {
  const all = Array.from({ length: slots }, (_, slot) => slot);
  if (patterns === undefined) return all;
  let open = Array.from(patterns, (pattern) => new Set(pattern.split(' ').map(Number)));
  const order = [preferred, ...all].filter((slot) => slot >= 0);
  const chosen: number[] = [];
  while (open.length > 0) {
    const reach = (slot: number): number => open.filter((fields) => fields.has(slot)).length;
    const best = order.reduce((best, slot) => (reach(slot) > reach(best) ? slot : best));
    chosen.push(best);
    open = open.filter((fields) => !fields.has(best));
  }
  return chosen;
}
