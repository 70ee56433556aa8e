// Exports in which rows share series and timestamp in all the ways that they can,
// and what must become of each row.
//
// Job: write such an export, and read off it by brute force what a load must do.
// Input: a seed and a size; CSV text and a policy.
// Output: CSV text; a fate for each data row.
// Invariant: the same seed and options give the same bytes; nothing comes from src.

import { between, type Random, randomFrom } from '../../fixtures/random.ts';
import { type Fate, fatesOf, type Policy } from '../oracle/expect-collisions.ts';
import { expectPoints } from '../oracle/expect-points.ts';
import { TERMS } from '../oracle/terms.ts';

/** How the rows of a file lie; in all but the last two each animal's times rise but for what is far apart. */
export const ORDERS = ['sorted', 'interleaved', 'block twice', 'shuffled'] as const;
export type Order = (typeof ORDERS)[number];

export interface CollisionOptions {
  /** Data rows, exactly. */
  readonly rows: number;
  readonly order: Order;
  /** About which share of the rows, in [0, 1), is in a group of 2 to 6 that share series and timestamp. */
  readonly share: number;
}

const COLUMNS = [
  'event-id',
  'visible',
  'timestamp',
  'location-long',
  'location-lat',
  'sensor-type',
  'individual-taxon-canonical-name',
  'tag-local-identifier',
  'individual-local-identifier',
  'study-name',
];

/** The cells of a row as they are written, in the order of the columns. */
interface Cells {
  id: string;
  visible: string;
  time: string;
  longitude: string;
  latitude: string;
  sensor: string;
  taxon: string;
  tag: string;
  individual: string;
  study: string;
}

interface Row {
  readonly cells: Cells;
  readonly animal: number;
  readonly timeMs: number;
  /** Rows of one group share series and time. */
  readonly group: number;
  /** To be put anywhere in the file. */
  readonly far: boolean;
}

const STEP_MS = 600_000;
const FIRST_MS = Date.UTC(2019, 11, 31);
const ROWS_PER_ANIMAL = 60;
const FEWEST_ANIMALS = 4;
const MOST_ANIMALS = 40;
/** Sizes of a group, the mean of which `MEAN_SIZE` is. */
const SIZES = [2, 2, 2, 3, 3, 4, 5, 6];
const MEAN_SIZE = 27 / 8;
const REJECTS_SHARE = 0.015;
/** Beyond 32 bits ids do occur; beyond 53 bits a double cannot tell them apart. */
const FIRST_IDS = [1n, 187_240_113n, 26_700_000_000n, 9_007_199_254_740_000n, -50n];

/** Ways in which a row repeats another of its series and time. */
const REPEAT: ((cells: Cells, random: Random) => void)[] = [
  // Equal in all but the event id; twice, so that it is the most frequent.
  () => {},
  () => {},
  // The same words quoted otherwise.
  (cells, random) => {
    for (const name of ['sensor', 'taxon', 'tag', 'individual'] as const)
      if (random() < 0.7) cells[name] = otherQuotes(cells[name], random);
  },
  (cells, random) => {
    cells.longitude = otherQuotes(cells.longitude, random);
    cells.visible = cells.visible.toUpperCase();
  },
  // What a tag cannot carry becomes a space.
  (cells) => {
    cells.study = cells.study.replace(' ', '\n');
  },
  // Digits below a millisecond do not tell rows apart.
  (cells, random) => {
    cells.time = `${cells.time.replace(' ', random() < 0.5 ? 'T' : ' ')}${between(random, 1, 1000)}Z`;
  },
  // Another place: one of two, so that a second content is repeated too.
  (cells, random) => {
    cells.longitude = random() < 0.5 ? '7.0' : '-7.0';
  },
  (cells) => {
    cells.latitude = `${cells.latitude}0`;
  },
  (cells) => {
    cells.visible = 'false';
  },
  // Half a location is none.
  (cells) => {
    cells.latitude = 'NA';
  },
];

/** Ways in which a row that would share series and time with another is a reject. */
const SPOIL: ((cells: Cells) => void)[] = [
  (cells) => {
    cells.time = '';
  },
  (cells) => {
    cells.time = '00:53.0';
  },
  (cells) => {
    cells.study += ',one cell more';
  },
  (cells) => {
    cells.study = '"not closed';
  },
  (cells) => {
    cells.sensor = '"gps"x';
  },
  (cells) => {
    cells.visible = cells.longitude = cells.latitude = '';
  },
];

/** Who of a group has which event id; the rows are in file order and their ids rise. */
const NUMBER: ((group: Row[], random: Random) => void)[] = [
  () => {},
  (group) => {
    const ids = group.map(({ cells }) => cells.id).reverse();
    for (const [i, { cells }] of group.entries()) cells.id = ids[i]!;
  },
  (group) => {
    for (const { cells } of group) cells.id = group[0]!.cells.id;
  },
  (group, random) => {
    for (const { cells } of group) if (random() < 0.5) cells.id = '';
  },
  (group) => {
    for (const { cells } of group) cells.id = 'NA';
  },
];

/** Write an export of `rows` rows, header first, CRLF line ends. It is one string, so a few million rows are the most. */
export function generateCollisions(seed: number, { rows, order, share }: CollisionOptions): string {
  const random = randomFrom(seed);
  const made = makeRows(random, rows, share);
  const inFile = lieIn(order, made, random);
  const firstId = pick(FIRST_IDS, random);
  const groups = new Map<number, Row[]>();
  for (const [i, row] of inFile.entries()) {
    if (row.group < 0) continue;
    row.cells.id = String(firstId + BigInt(i));
    const group = groups.get(row.group);
    if (group === undefined) groups.set(row.group, [row]);
    else group.push(row);
  }
  for (const group of groups.values()) if (group.length > 1) pick(NUMBER, random)(group, random);
  const lines = inFile.map(({ cells }) => Object.values(cells).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

/** Say for each data row of an export by `generateCollisions` what must become of it. Slow, and holds all of it in memory. */
export async function expectCollisions(csvText: string, policy: Policy): Promise<(Fate & { rejected: boolean })[]> {
  const { rows, points, rejects } = await expectPoints(Buffer.from(csvText), TERMS);
  const rejected = new Set(rejects.map(({ row }) => row - 1));
  const fates = fatesOf(points, policy).values();
  return Array.from({ length: rows }, (_, row) =>
    rejected.has(row) ? { written: false, dup: 0, eventId: undefined, rejected: true } : { ...fates.next().value!, rejected: false },
  );
}

/** Rows of one animal after the other, each animal's sorted by time. Spoiled rows are of group -1 and have no event id. */
function makeRows(random: Random, count: number, share: number): Row[] {
  const animals = Math.min(MOST_ANIMALS, Math.max(FEWEST_ANIMALS, Math.ceil(count / ROWS_PER_ANIMAL)));
  const groupShare = share / (MEAN_SIZE - share * (MEAN_SIZE - 1));
  const rows: Row[] = [];
  for (let animal = 0, group = 0; animal < animals; animal++) {
    const end = Math.floor((count * (animal + 1)) / animals);
    for (let step = 0; rows.length < end; step++, group++) {
      const timeMs = FIRST_MS + step * STEP_MS + between(random, 0, 3);
      const first = cellsOf(animal, timeMs, random);
      const size = random() < groupShare ? pick(SIZES, random) : 1;
      const row = { animal, timeMs, group };
      rows.push({ ...row, cells: first, far: false });
      for (let i = 1; i < size && rows.length < end; i++) {
        const cells = { ...first };
        pick(REPEAT, random)(cells, random);
        rows.push({ ...row, cells, far: random() < 0.4 });
      }
      if (random() < REJECTS_SHARE && rows.length < end) {
        const cells = { ...first };
        pick(SPOIL, random)(cells);
        rows.push({ ...row, group: -1, cells, far: random() < 0.4 });
      }
    }
  }
  return rows;
}

/** Every fourth animal differs from the one before only in its taxon: none there, the word NA in quotes here. */
function cellsOf(animal: number, timeMs: number, random: Random): Cells {
  const isTwin = animal % 4 === 3;
  const name = `bird ${isTwin ? animal - 1 : animal}${animal % 5 === 4 ? ', ringed' : ''}`;
  return {
    id: '',
    visible: 'true',
    time: new Date(timeMs).toISOString().slice(0, -1).replace('T', ' '),
    longitude: `${between(random, -179, 180)}.${between(random, 1, 10_000)}5`,
    latitude: `${between(random, -89, 90)}.${between(random, 1, 10_000)}5`,
    sensor: '"gps"',
    taxon: isTwin ? '"NA"' : animal % 4 === 2 ? '' : '"Anser anser"',
    tag: `"${5107 + (isTwin ? animal - 1 : animal)}"`,
    individual: `"${name}"`,
    study: '"Geese, made up"',
  };
}

function lieIn(order: Order, made: readonly Row[], random: Random): Row[] {
  if (order === 'shuffled') return shuffled(made, random);
  // A second export of one animal, some of it corrected, in the place of as many rows.
  const again =
    order === 'block twice' ? made.filter(({ animal }) => animal === 0).map((row) => ({ ...row, cells: { ...row.cells } })) : [];
  for (const { cells } of again) if (random() < 0.2) pick(REPEAT, random)(cells, random);
  const rows = [...made.slice(0, made.length - again.length), ...again];
  const near = rows.filter(({ far }) => !far);
  if (order === 'interleaved') near.sort((a, b) => a.timeMs - b.timeMs);
  const placed = near.map((row, at) => ({ row, at }));
  for (const row of rows) if (row.far) placed.push({ row, at: random() * near.length });
  return placed.sort((a, b) => a.at - b.at).map(({ row }) => row);
}

function shuffled(rows: readonly Row[], random: Random): Row[] {
  const mixed = [...rows];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = between(random, 0, i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}

/** A cell bare instead of quoted or the other way round, where that does not change what it says. */
function otherQuotes(cell: string, random: Random): string {
  if (cell === '') return pick(['""', 'NA'], random);
  if (!cell.startsWith('"')) return `"${cell}"`;
  const bare = cell.slice(1, -1);
  return bare === 'NA' || /[",\n]/.test(bare) ? cell : bare;
}

function pick<Value>(values: readonly Value[], random: Random): Value {
  return values[between(random, 0, values.length)]!;
}
