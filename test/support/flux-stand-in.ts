// Answers to the questions that are asked in Flux about what was loaded, from
// lines that were written: how many points of each series have a field, how many
// of all have each, and what one point holds.
// The answers have the form that an InfluxDB 2.9.1 gives them.

import { type Field, type Point, readLineProtocol } from '../oracle/read-line-protocol.ts';

const TYPES: Readonly<Record<Field['type'], string>> = { float: 'double', integer: 'long', boolean: 'boolean', string: 'string' };

/** @returns annotated CSV; undefined for a query that is none of them */
export function answerFlux(query: string, linesOf: (bucket: string) => readonly string[] | undefined): string | undefined {
  const from = /^from\(bucket: ("(?:[^"\\]|\\.)*")\) \|> range\(start: time\(v: "([^"]+)"\), stop: time\(v: "([^"]+)"\)\)/.exec(query);
  const measurement = /r\._measurement == ("(?:[^"\\]|\\.)*")/.exec(query)?.[1];
  if (from === null || measurement === undefined) return undefined;
  const [, bucket = '""', start = '', stop = ''] = from;
  const points = pointsOf(linesOf(JSON.parse(bucket)) ?? []).filter(
    (point) =>
      point.measurement === JSON.parse(measurement) && Number(point.time) >= Date.parse(start) && Number(point.time) < Date.parse(stop),
  );
  const field = /r\._field == ("(?:[^"\\]|\\.)*")/.exec(query)?.[1];
  if (field !== undefined && query.trimEnd().endsWith('count()')) return counts(points, JSON.parse(field));
  if (/group\(columns: \["_field"\]\)/.test(query)) return fieldCounts(points);
  const tags = [...query.matchAll(/r\[("(?:[^"\\]|\\.)*")\] == ("(?:[^"\\]|\\.)*")/g)].map(([, key, value]) => [
    JSON.parse(key ?? ''),
    JSON.parse(value ?? ''),
  ]);
  return values(points.filter((point) => tags.every(([key, value]) => point.tags.get(key) === value)));
}

let read: { lines: readonly string[]; count: number; points: Point[] } | undefined;

/** What the lines make; they are read again when there are others. */
function pointsOf(lines: readonly string[]): Point[] {
  if (read?.lines !== lines || read.count !== lines.length) {
    read = { lines, count: lines.length, points: latest(readLineProtocol(lines.map((line) => `${line}\n`).join(''))) };
  }
  return read.points;
}

/** Of points with the same series and time the last one, with the fields of all. */
function latest(points: readonly Point[]): Point[] {
  const kept = new Map<string, Point>();
  for (const point of points) {
    const key = JSON.stringify([point.measurement, [...point.tags], point.time]);
    const before = kept.get(key);
    kept.set(key, before === undefined ? point : { ...point, fields: new Map([...before.fields, ...point.fields]) });
  }
  return [...kept.values()];
}

function counts(points: readonly Point[], field: string): string {
  const series = new Map<string, { tags: Point['tags']; count: number }>();
  for (const { tags, fields } of points) {
    if (!fields.has(field)) continue;
    const key = JSON.stringify([...tags]);
    const known = series.get(key);
    if (known === undefined) series.set(key, { tags, count: 1 });
    else known.count++;
  }
  return [...series.values()].map(({ tags, count }) => table(tags, field, 'long', String(count))).join('\r\n');
}

function fieldCounts(points: readonly Point[]): string {
  const found = new Map<string, number>();
  for (const field of points.flatMap(({ fields }) => [...fields.keys()])) found.set(field, (found.get(field) ?? 0) + 1);
  return Array.from(found, ([field, count]) => table(new Map(), field, 'long', String(count))).join('\r\n');
}

function values(points: readonly Point[]): string {
  return points
    .flatMap(({ tags, fields }) => Array.from(fields, ([field, { type, value }]) => table(tags, field, TYPES[type], value)))
    .join('\r\n');
}

function table(tags: Point['tags'], field: string, type: string, value: string): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const keys = [...tags.keys()];
  const row = (first: string, tagCells: readonly string[], rest: readonly string[]): string =>
    [first, ...rest.slice(0, 2), ...tagCells, ...rest.slice(2)].map(cell).join(',');
  return [
    row(
      '#datatype',
      keys.map(() => 'string'),
      ['string', 'long', 'string', type],
    ),
    row(
      '#group',
      keys.map(() => 'true'),
      ['false', 'false', 'true', 'false'],
    ),
    row(
      '#default',
      keys.map(() => ''),
      ['_result', '', '', ''],
    ),
    row('', keys, ['result', 'table', '_field', '_value']),
    row('', [...tags.values()], ['', '0', field, value]),
    '',
  ].join('\r\n');
}
