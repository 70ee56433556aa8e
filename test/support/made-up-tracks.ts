// Content of a page, and tracks of animals that walk at random.

import type { PageContent } from '../../src/report/page.ts';
import type { Track } from '../../src/survey/track.ts';
import { trackOf } from './read-tracks.ts';

const HOUR_MS = 3_600_000;
const SPRING = Date.UTC(2019, 2, 1);

export interface Walk {
  readonly fixes: number;
  readonly from: readonly [longitude: number, latitude: number];
  /** Degrees an hour, to which chance adds up to half of `stray` to each side. */
  readonly drift?: readonly [east: number, north: number];
  readonly stray?: number;
  /** Fixes after which the animal is not heard of for a week. */
  readonly silentAfter?: readonly number[];
}

/** An animal that has a fix an hour. */
export function walk(individual: string, { fixes, from, drift = [0, 0], stray = 0.1, silentAfter = [] }: Walk): Track {
  let seed = [...individual].reduce((sum, char) => sum * 31 + char.charCodeAt(0), fixes) >>> 0;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  let [x, y] = from;
  let ms = SPRING;
  const places = Array.from({ length: fixes }, (_, i) => {
    x += drift[0] + random() * stray;
    x -= 360 * Math.round(x / 360);
    y = Math.max(-85, Math.min(85, y + drift[1] + random() * stray));
    ms += silentAfter.includes(i) ? 7 * 24 * HOUR_MS : HOUR_MS;
    return { ms, x, y };
  });
  return trackOf(places, {
    individual,
    key: `movebank,individual_local_identifier=${individual}`,
    study: 'A made-up study',
    sensor: 'gps',
  });
}

/** What a page of `tracks` says. */
export function contentOf(tracks: readonly Track[], about: Partial<PageContent> = {}): PageContent {
  return {
    title: 'made-up',
    source: 'made-up.csv',
    sourceBytes: 1234,
    files: [{ name: 'export.csv', rows: 1000, rejected: 0, filtered: 0 }],
    command: 'skein report made-up.csv',
    version: '1.2.3',
    madeMs: SPRING,
    tracks,
    books: { rows: 100, points: 96, duplicates: 1, rejected: 3, filtered: 0, overwritten: 0 },
    destination: undefined,
    rejects: [{ reason: 'the timestamp is missing', rows: 3, first: { source: 0, row: 17, offset: 3456 } }],
    collisions: ['2 rows share series and time with another: a server would keep 1 of them.'],
    sharedTimes: [{ animal: 'Queen', timeMs: SPRING, rows: 2, sources: [0, 0], offsets: [100, 200], differ: false }],
    notes: ['2 rows marked visible=false (outliers)'],
    ...about,
  };
}
