// Rows that share series and timestamp: the reference that says what becomes of
// them, and that the exports it is used on hold every kind.

import { describe, expect, it } from 'vitest';
import type { Policy } from './oracle/expect-collisions.ts';
import { expectCollisions, generateCollisions, ORDERS } from './support/collisions.ts';

const HEADER =
  'event-id,visible,timestamp,location-long,location-lat,sensor-type,individual-taxon-canonical-name,tag-local-identifier,individual-local-identifier,study-name';
const row = (id: string, longitude: string, rest: { time?: string; taxon?: string; individual?: string; latitude?: string } = {}): string =>
  [
    id,
    'true',
    rest.time ?? '2020-01-01 00:00:00.000',
    longitude,
    rest.latitude ?? '53.0',
    'gps',
    rest.taxon ?? '',
    '"1"',
    rest.individual ?? '"Ann"',
    '"S"',
  ].join(',');

describe('the reference for collisions', () => {
  /** Each row's fate in a word: `-` for a duplicate, `x` for a reject, else dup and event id. */
  async function fates(policy: Policy, ...rows: string[]): Promise<string> {
    const found = await expectCollisions(`${[HEADER, ...rows].join('\n')}\n`, policy);
    return found.map(({ written, rejected, dup, eventId }) => (rejected ? 'x' : written ? `${dup}:${eventId ?? ''}` : '-')).join(' ');
  }

  const twoContents = [row('9', '1.0'), row('7', '2.0'), row('5', '1.0'), row('', '2.0'), row('8', '1.0')];
  it.each([
    ['keep', '0:5 1:7 - - -'],
    ['first', '0:5 - - - -'],
    ['last', '0:5 - - - -'],
  ] as const)('writes under %s the first row of each content that stays, with the lowest id of that content', async (policy, expected) => {
    expect(await fates(policy, ...twoContents)).toBe(expected);
  });

  it('keeps under last the content of the last row, at its first row', async () => {
    expect(await fates('last', ...twoContents, row('6', '2.0'))).toBe('- 0:6 - - - -');
  });

  it.each([
    ['cells that say the same in other words are equal', [row('1', '6.5'), row('2', '"+6.5"')], '0:1 -'],
    ['digits tell contents apart', [row('1', '6.5'), row('2', '6.50')], '0:1 1:2'],
    ['half a location is none', [row('1', '6.5', { latitude: '' }), row('2', '7.5', { latitude: 'NA' })], '0:1 -'],
    ['quotes do not make another series', [row('1', '6.5'), row('2', '6.5', { individual: 'Ann', taxon: 'NA' })], '0:1 -'],
    ['the word NA in quotes does', [row('1', '6.5'), row('2', '6.5', { taxon: '"NA"' })], '0:1 0:2'],
    [
      'digits below a millisecond do not tell times apart',
      [row('1', '6.5'), row('2', '6.5', { time: '2020-01-01T00:00:00.0009Z' })],
      '0:1 -',
    ],
    ['ids are compared as integers of 64 bits', [row('9007199254740993', '6.5'), row('9007199254740992', '6.5')], '0:9007199254740992 -'],
    ['without any id there is none', [row('', '6.5'), row('NA', '6.5')], '0: -'],
    ['a reject takes no part', [row('1', '6.5', { time: '' }), row('2', '6.5'), `${row('0', '6.5')},more`], 'x 0:2 x'],
  ] as const)('%s', async (_, rows, expected) => {
    expect(await fates('keep', ...rows)).toBe(expected);
  });
});

interface Line {
  at: number;
  /** 0 where it is missing. */
  id: number;
  tags: string;
}

/** Rows of one animal and time, quotes aside; spoiled rows have another number of cells or no id. */
function groupsIn(text: string): Line[][] {
  const groups = new Map<string, Line[]>();
  for (const [at, line] of text.split('\r\n').slice(1, -1).entries()) {
    const [id = '', , time = '', , , ...tags] = line.split(',');
    const key = time.slice(0, 23).replace('T', ' ') + tags.join().replaceAll('\n', ' ').replaceAll('"', '');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ at, id: Number(id) || 0, tags: tags.join() });
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

describe.each(ORDERS)('an export with collisions, %s,', (order) => {
  const rows = 3000;
  const text = generateCollisions(5, { rows, order, share: 0.4 });

  it('has as many rows as asked for, a share of which are in groups, and is the same each time', async () => {
    const fates = await expectCollisions(text, 'first');
    expect(fates).toHaveLength(rows);
    const duplicates = fates.filter(({ written, rejected }) => !written && !rejected).length;
    expect(duplicates / rows).toBeGreaterThan(0.2);
    expect(duplicates / rows).toBeLessThan(0.45);
    expect(generateCollisions(5, { rows, order, share: 0.4 })).toBe(text);
    expect(generateCollisions(6, { rows, order, share: 0.4 })).not.toBe(text);
  });

  it('has groups of two to six, near and far, with ids in any order', () => {
    const groups = groupsIn(text);
    const sizes = new Set(groups.map(({ length }) => length));
    expect([2, 3, 4, 5, 6].filter((size) => !sizes.has(size))).toEqual([]);
    const has = (is: (group: Line[]) => boolean): number => groups.filter(is).length;
    const kinds = {
      far: has((group) => group.at(-1)!.at - group[0]!.at > rows / 3),
      ...(order === 'shuffled' ? {} : { adjacent: has((group) => group.every(({ at }, i) => at === group[0]!.at + i)) }),
      rising: has((group) => group.every(({ id }, i) => id > (group[i - 1]?.id ?? -1))),
      falling: has((group) => group.every(({ id }, i) => id < (group[i - 1]?.id ?? Number.POSITIVE_INFINITY))),
      equal: has((group) => group.every(({ id }) => id === group[0]!.id && id > 0)),
      missing: has((group) => group.some(({ id }) => id === 0)),
      'quoted otherwise': has((group) => new Set(group.map(({ tags }) => tags)).size > 1),
    };
    for (const [kind, found] of Object.entries(kinds)) expect([kind, found > 5]).toEqual([kind, true]);
  });

  it('has rows that are equal, that differ, that are rejects, and whose first is not the last', async () => {
    const [keep, first, last] = await Promise.all((['keep', 'first', 'last'] as const).map((policy) => expectCollisions(text, policy)));
    const count = (is: (row: number) => boolean): number => keep!.filter((_, row) => is(row)).length;
    const duplicate = (row: number): boolean => !keep![row]!.written && !keep![row]!.rejected;
    const kinds = {
      rejects: count((row) => keep![row]!.rejected),
      duplicates: count(duplicate),
      differing: count((row) => keep![row]!.dup === 1),
      'differing twice': count((row) => keep![row]!.dup === 2),
      'without an id': count((row) => keep![row]!.written && keep![row]!.eventId === undefined),
      'last is not first': count((row) => last![row]!.written && !first![row]!.written),
    };
    for (const [kind, found] of Object.entries(kinds)) expect([kind, found > 5]).toEqual([kind, true]);
  });
});
