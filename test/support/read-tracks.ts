// The tracks of an export by a second, plain reading of it: nothing thinned, everything in memory.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseString } from 'fast-csv';
import type { Track } from '../../src/survey/track.ts';

type Row = Record<string, string>;

export async function readTracks(path: string): Promise<Track[]> {
  const bytes = readFileSync(path);
  const rows = await readRows((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  const cell = (row: Row, name: string): string => row[name] ?? row[name.replaceAll(/[-:]/g, '_')] ?? '';
  const series = new Map<string, Row[]>();
  for (const row of rows) {
    const key = ['individual-local-identifier', 'tag-local-identifier', 'sensor-type'].map((name) => cell(row, name)).join();
    series.set(key, [...(series.get(key) ?? []), row]);
  }
  return Array.from(series, ([key, own]): Track => {
    const points = own
      .map((row) => ({
        ms: Date.parse(`${cell(row, 'timestamp').replace(' ', 'T')}Z`),
        x: Number.parseFloat(cell(row, 'location-long')),
        y: Number.parseFloat(cell(row, 'location-lat')),
        visible:
          cell(row, 'visible') !== 'false' &&
          cell(row, 'manually-marked-outlier') !== 'true' &&
          cell(row, 'algorithm-marked-outlier') !== 'true',
      }))
      .filter(({ ms, x, y }) => Number.isFinite(ms) && Math.abs(x) <= 180 && Math.abs(y) <= 90);
    const fixes = points.filter(({ x, y, visible }) => visible && !(x === 0 && y === 0)).sort((a, b) => a.ms - b.ms);
    return trackOf(fixes, {
      key,
      individual: cell(own[0]!, 'individual-local-identifier') || undefined,
      study: cell(own[0]!, 'study-name') || undefined,
      sensor: cell(own[0]!, 'sensor-type') || undefined,
      rows: own.length,
      outliers: points.filter(({ visible }) => !visible).length,
      nullIslands: points.filter(({ x, y, visible }) => visible && x === 0 && y === 0).length,
    });
  });
}

/** A track of `fixes` in order of time, none left out. */
export function trackOf(
  fixes: readonly { readonly ms: number; readonly x: number; readonly y: number }[],
  about: Partial<Track> = {},
): Track {
  const months = new Map<number, number>();
  for (const { ms } of fixes) {
    const month = new Date(ms).getUTCFullYear() * 12 + new Date(ms).getUTCMonth() - 1970 * 12;
    months.set(month, (months.get(month) ?? 0) + 1);
  }
  const gaps = fixes.slice(1).map(({ ms }, i) => ({ fromMs: fixes[i]!.ms, toMs: ms }));
  gaps.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  const middle = gaps[Math.floor(gaps.length / 2)];
  return {
    key: about.individual ?? 'track',
    individual: undefined,
    study: undefined,
    sensor: undefined,
    rows: fixes.length,
    fixes: fixes.length,
    outliers: 0,
    nullIslands: 0,
    firstMs: fixes[0]?.ms,
    lastMs: fixes.at(-1)?.ms,
    cellMs: 1,
    timesMs: Float64Array.from(fixes, ({ ms }) => ms),
    latitudes: Float64Array.from(fixes, ({ y }) => y),
    longitudes: Float64Array.from(fixes, ({ x }) => x),
    months: [...months].sort(([a], [b]) => a - b),
    gaps: gaps.slice(0, 10),
    medianIntervalMs: middle && middle.toMs - middle.fromMs,
    ...about,
  };
}

function readRows(text: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    parseString<Row, Row>(text, { headers: true, discardUnmappedColumns: true, strictColumnHandling: false })
      .on('error', reject)
      .on('data', (row: Row) => rows.push(row))
      .on('end', () => resolve(rows));
  });
}
