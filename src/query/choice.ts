// Put into a query's text what Grafana would: the chosen bucket, time and animals.
//
// Names go through the escapes of Flux and of its regular expressions, so that
// nothing in one is taken for Flux.

import { fluxDateTime, toFluxValue } from '@influxdata/influxdb-client';
import { fluxInstant } from '../destination/influx/flux-instant.ts';

export interface Choice {
  readonly bucket: string;
  readonly measurement: string;
  /** Half-open, Unix ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** A duration of Flux: the windows of time. Undefined where the query has none. */
  readonly every: string | undefined;
  /** By name; all of them where none is named. */
  readonly studies: readonly string[];
  readonly taxa: readonly string[];
  readonly individuals: readonly string[];
}

/** @param text as `queryText` gives it */
export function withChoice(text: string, choice: Choice): string {
  const { bucket, measurement, fromMs, toMs, every, studies, taxa, individuals } = choice;
  const regexes = new Map(Object.entries({ study: oneOf(studies), taxon: oneOf(taxa), individual: oneOf(individuals) }));
  const filled = text
    .replaceAll(/"\$\{measurement\}"/g, () => toFluxValue(measurement))
    .replaceAll(/\$\{(\w+):regex\}/g, (place, name: string) => regexes.get(name) ?? place);
  const record = [
    `defaultBucket: ${toFluxValue(bucket)}`,
    `timeRangeStart: ${toFluxValue(fluxDateTime(fluxInstant(fromMs)))}`,
    `timeRangeStop: ${toFluxValue(fluxDateTime(fluxInstant(toMs)))}`,
    ...(every === undefined ? [] : [`windowPeriod: ${every}`]),
  ];
  // Imports come first in Flux.
  return filled.replace(/^(?!import )/m, () => `option v = {${record.join(', ')}}\n`);
}

/** A regular expression without its slashes. */
function oneOf(names: readonly string[]): string {
  if (names.length === 0) return '.*';
  return `(${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`;
}
