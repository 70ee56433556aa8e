// The columns of fuzzed files: Movebank's terms in all spellings, columns that
// nobody knows, the same column twice.

import { between, type Random } from '../../fixtures/random.ts';
import type { Role } from '../oracle/expect-points.ts';
import { TERMS } from '../oracle/terms.ts';
import { fuzzedText, pick } from './cells.ts';

export interface FuzzedColumn {
  /** As the header has it, before it is quoted. */
  readonly name: string;
  readonly role: Role | 'coordinate' | 'unknown';
}

// biome-ignore format: a list of short things is read in lines
const UNKNOWN_NAMES = [
  'mystery', 'Größe, m', 'ECMWF Interim (surface, 10 m)', 'a=b', 'back\\slash', 'end\\', 'say "hi"', 'line\nfeed', '', 'X', 'value_text', '雪',
  'time', '_field', 'EVENT-ID', 'timestamps', ' padded ', '1', 'lat_2', 'comments_2', 'http://example.org/a#b',
];
const COORDINATES = ['location-long', 'location-lat'];

/** Think up a header: a timestamp nearly always, the rest in any number and order. */
export function fuzzedColumns(random: Random): FuzzedColumn[] {
  const columns = TERMS.filter(({ term }) => term !== 'timestamp' && random() < 0.4).map(columnOf);
  if (random() < 0.995) columns.push({ name: 'timestamp', role: 'time' });
  while (random() < 0.4) columns.push({ name: pick(UNKNOWN_NAMES, random), role: 'unknown' });
  if (random() < 0.15) columns.push(columnOf(pick(TERMS.slice(3), random)));
  for (let i = columns.length - 1; i > 0; i--) {
    const j = between(random, 0, i + 1);
    [columns[i], columns[j]] = [columns[j]!, columns[i]!];
  }
  // One column would leave it open whether an empty line is a row.
  while (columns.length < 2) columns.push({ name: 'mystery', role: 'unknown' });
  const spelling = pick(SPELLINGS, random);
  return columns.map(({ name, role }) => ({
    name: role === 'unknown' ? name : (random() < 0.9 ? spelling : pick(SPELLINGS, random))(name),
    role,
  }));
}

const SPELLINGS: ((term: string) => string)[] = [
  (term) => term,
  (term) => term.replace(/[-:]/g, '_'),
  (term) => term.replace(/[-:]/g, '.'),
];

function columnOf({ term, role }: (typeof TERMS)[number]): FuzzedColumn {
  return { name: term, role: COORDINATES.includes(term) ? 'coordinate' : role };
}

/**
 * The texts of one row's cells.
 *
 * What is about the animal tends to be as in the row `before`. Now and then so is
 * the time, or nearly all: rows that share series and timestamp.
 */
export function fuzzedTexts(columns: readonly FuzzedColumn[], before: readonly string[] | undefined, random: Random): string[] {
  if (before === undefined) return columns.map(({ role }) => fuzzedText(role, random));
  const isNext = random() < 0.8;
  const isRepeat = random() < 0.05;
  return columns.map(({ role }, i) => {
    const repeats = isRepeat ? 0.9 : role === 'tag' && isNext ? 1 : 0.04;
    return random() < repeats ? before[i]! : fuzzedText(role, random);
  });
}
