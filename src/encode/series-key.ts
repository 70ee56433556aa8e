// The key of a series: measurement and tag set as line protocol writes them.

import { escapeKey, escapeMeasurement } from './text.ts';

/** A series by its parts. Tags are without escapes, in any order. */
export interface SeriesParts {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** The key of a series: tags sorted bytewise by their keys, empty ones left out. */
export function seriesKey(measurement: string, tags: Iterable<readonly [key: string, value: string]>): string {
  const written = [...tags].filter(([, value]) => value !== '').sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return [escapeMeasurement(measurement), ...written.map(([key, value]) => `${escapeKey(key)}=${escapeKey(value)}`)].join(',');
}

/** The parts that `key` was made of. */
export function readSeriesKey(key: string): SeriesParts {
  const [measurement = '', ...tags] = splitAt(key, ',');
  const pairs = tags.map((tag) => splitAt(tag, '=').map(unescaped));
  return { measurement: unescaped(measurement), tags: new Map(pairs.map(([tag = '', value = '']) => [tag, value])) };
}

/** Split where `separator` stands without a backslash. No part ends in one. */
function splitAt(text: string, separator: string): string[] {
  return text.split(new RegExp(`(?<!\\\\)${separator}`));
}

/** A backslash that precedes nothing that is escaped stands for itself. */
function unescaped(text: string): string {
  return text.replace(/\\([,= ])/g, '$1');
}
