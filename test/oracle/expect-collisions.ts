// What must become of points that share series and timestamp, by RULES 15 to 17: plain, slow, nothing from src.

import type { Point } from './read-line-protocol.ts';

export type Policy = 'keep' | 'first' | 'last';

/** What must become of one row. */
export interface Fate {
  /** False for a duplicate. */
  written: boolean;
  /** The value of the tag `dup`; 0 where there is none. */
  dup: number;
  /** The `event_id` that is written, without its `i`; undefined where there is none. */
  eventId: string | undefined;
}

/** Say for each of `points`, which are in file order and no rejects, what must become of it. */
export function fatesOf(points: readonly Point[], policy: Policy): Fate[] {
  const fates = points.map((): Fate => ({ written: false, dup: 0, eventId: undefined }));
  for (const group of groupBy(points.keys(), (row) => JSON.stringify([...points[row]!.tags, points[row]!.time]))) {
    const contents = groupBy(group, (row) => contentOf(points[row]!));
    const ofLastRow = contents.find((rows) => rows.includes(group.at(-1)!))!;
    const written = policy === 'keep' ? contents : policy === 'first' ? contents.slice(0, 1) : [ofLastRow];
    for (const [dup, rows] of written.entries()) fates[rows[0]!] = { written: true, dup, eventId: lowestEventId(rows, points) };
  }
  return fates;
}

/** The points that are written of `points`, which are in file order and no rejects, in the order of their rows. */
export function writtenPoints(points: readonly Point[], policy: Policy): Point[] {
  return fatesOf(points, policy).flatMap(({ written, dup, eventId }, i) => {
    if (!written) return [];
    const point = points[i]!;
    const fields = new Map(point.fields);
    if (eventId !== undefined) fields.set('event_id', { type: 'integer', value: eventId });
    const tags = dup > 0 ? [...point.tags, ['dup', String(dup)] as const] : [...point.tags];
    tags.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return [{ ...point, tags: new Map(tags), fields }];
  });
}

/** The fields but `event_id`, byte for byte. */
function contentOf(point: Point): string {
  const fields = [...point.fields].filter(([key]) => key !== 'event_id');
  return JSON.stringify(fields.map(([key, { type, value }]) => [key, type, value]).sort());
}

/** As it is written where it stands first. */
function lowestEventId(rows: readonly number[], points: readonly Point[]): string | undefined {
  const ids = rows.flatMap((row) => points[row]!.fields.get('event_id')?.value ?? []);
  return ids.length === 0 ? undefined : ids.reduce((lowest, id) => (BigInt(id) < BigInt(lowest) ? id : lowest));
}

/** Groups in the order of their first rows, each with its rows in order. */
function groupBy(rows: Iterable<number>, keyOf: (row: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}
