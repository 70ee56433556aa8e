// The object of `skein inspect --json`. The README documents it.

import type { InspectReport } from '../inspect-file.ts';
import { expectedBooks, rejectsByReason } from '../load/forecast.ts';
import { findTerm } from '../movebank/names.ts';
import { firstTime, lastTime } from '../survey/series-times.ts';
import { rejectedRows } from '../survey/summary.ts';
import type { Track } from '../survey/track.ts';
import { collisionsJson, noteSentences, referenceJson, rejectExamples } from './findings.ts';
import { filledCells } from './inspect-columns.ts';
import { sourcesJson } from './sources.ts';
import { rounded } from './summary.ts';

export function inspectJson(found: InspectReport): Record<string, unknown> {
  const { summary, layout, speed } = found;
  const books = expectedBooks(found);
  return {
    ...sourcesJson(found),
    rows: summary.rows,
    blankLines: summary.blankLines,
    points: books.points,
    duplicates: books.duplicates,
    rejected: rejectedRows(summary),
    rejectedByReason: rejectsByReason(found, books),
    rejectExamples: rejectExamples(found, found.rejectTexts),
    collisions: collisionsJson(found),
    first: Number.isFinite(summary.firstMs) ? isoTime(summary.firstMs) : null,
    last: Number.isFinite(summary.lastMs) ? isoTime(summary.lastMs) : null,
    locations: {
      fixes: sumOf(found, ({ fixes }) => fixes),
      outliers: sumOf(found, ({ outliers }) => outliers),
      nullIslands: sumOf(found, ({ nullIslands }) => nullIslands),
      none: summary.notes.noLocation,
      half: summary.notes.halfLocation,
      offEarth: summary.notes.offEarth,
    },
    measurement: layout.measurement,
    sampleLine: found.sampleLine ?? null,
    series: seriesJson(found),
    columns: columnsJson(found),
    load:
      speed === undefined
        ? null
        : {
            server: speed.server,
            kind: speed.title,
            pointsPerSecond: Math.round(speed.pointsPerSecond),
            seconds: rounded(speed.loadSeconds),
            measurements: speed.measurements,
            pointsMeasured: speed.pointsMeasured,
            madeUp: speed.isMadeUp,
          },
    reference: referenceJson(found),
    notes: noteSentences(found, []),
  };
}

function sumOf({ tracks = [] }: InspectReport, of: (track: Track) => number): number {
  return tracks.reduce((sum, track) => sum + of(track), 0);
}

/** By rows, the most first. */
function seriesJson({ summary, tracks = [] }: InspectReport): object[] {
  const byKey = new Map(tracks.map((track) => [track.key, track]));
  return [...summary.series.values()]
    .sort((a, b) => b.rows - a.rows || (a.key < b.key ? -1 : 1))
    .map(({ key, individual, rows, times }) => {
      const track = byKey.get(key);
      return {
        key,
        individual: individual ?? null,
        study: track?.study ?? null,
        sensor: track?.sensor ?? null,
        rows,
        first: isoTime(firstTime(times)),
        last: isoTime(lastTime(times)),
        fixes: track?.fixes ?? 0,
        firstFix: track?.firstMs === undefined ? null : isoTime(track.firstMs),
        lastFix: track?.lastMs === undefined ? null : isoTime(track.lastMs),
        outliers: track?.outliers ?? 0,
        nullIslands: track?.nullIslands ?? 0,
        medianIntervalSeconds: track?.medianIntervalMs === undefined ? null : rounded(track.medianIntervalMs / 1000),
        gaps: (track?.gaps ?? []).map(({ fromMs, toMs }) => ({ from: isoTime(fromMs), to: isoTime(toMs) })),
        months: Object.fromEntries((track?.months ?? []).map(([month, fixes]) => [monthName(month), fixes])),
      };
    });
}

function columnsJson({ layout, summary: { columns = [] } }: InspectReport): object[] {
  const own = layout.columns.map((role, i) => {
    const name = layout.names[i] ?? '';
    const term = findTerm(name);
    const summary = columns[i];
    return {
      name,
      term: term?.name ?? null,
      becomes: role.role === 'drop' ? 'not written' : role.role,
      key: role.role === 'field' || role.role === 'tag' ? role.key : null,
      type: role.role === 'field' ? role.type : null,
      unit: term?.unit ?? null,
      filled: filledCells(role, summary),
      least: summary !== undefined && Number.isFinite(summary.least) ? summary.least : null,
      most: summary !== undefined && Number.isFinite(summary.most) ? summary.most : null,
      trues: role.role === 'field' && role.type === 'boolean' ? (summary?.trues ?? 0) : null,
      examples: summary?.examples ?? [],
    };
  });
  const { tags = [], fields = [] } = layout.reference ?? {};
  const name = '(reference data)';
  return [
    ...own,
    ...tags.map((key) => ({ name, becomes: 'tag', key, type: null })),
    ...fields.map(({ key, type }) => ({ name, becomes: 'field', key, type })),
  ];
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** `2014-05` */
function monthName(month: number): string {
  return isoTime(Date.UTC(1970, month)).slice(0, 7);
}
