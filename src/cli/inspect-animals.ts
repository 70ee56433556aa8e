// The animals of an export as `skein inspect` prints them: a line for each series.

import { count, counted } from '../counted.ts';
import { readSeriesKey } from '../encode/series-key.ts';
import type { InspectReport } from '../inspect-file.ts';
import { canonicalName } from '../movebank/names.ts';
import { sensorName } from '../movebank/sensor-types.ts';
import { firstTime, lastTime } from '../survey/series-times.ts';
import type { SeriesSummary } from '../survey/series-totals.ts';
import type { Track } from '../survey/track.ts';
import { type Heading, table } from './table.ts';
import { day, shown } from './words.ts';

/** Of more lines those in the middle are left out: the series with the most rows and with the fewest are shown. */
const MOST_LINES = 24;
const LAST_LINES = 6;

/** What tags mean, by what tells animals apart best, and what one and several are called here. */
const TITLES: readonly (readonly [meaning: string, title: string, titles: string])[] = [
  ['individual_local_identifier', 'animal', 'animals'],
  ['individual_id', 'animal', 'animals'],
  ['sensor_type', 'sensor', 'sensors'],
  ['sensor_type_id', 'sensor', 'sensors'],
  ['tag_local_identifier', 'tag', 'tags'],
  ['tag_id', 'tag', 'tags'],
  ['deployment_id', 'deployment', 'deployments'],
  ['individual_taxon_canonical_name', 'taxon', 'taxa'],
  ['study_name', 'study', 'studies'],
  ['study_id', 'study', 'studies'],
];
/** In what order they come before everything else. */
const HEAD_ORDER = ['study', 'taxon', 'animal', 'sensor', 'tag', 'deployment'];
const MOST_NAMED = 3;

const HEADINGS: readonly Heading[] = ['rows', 'fixes', 'first fix', 'last fix', 'every', 'longest gap'].map((title) => ({
  title,
  isText: false,
}));

/** A tag, and what each series has of it. */
interface Tag {
  readonly title: string;
  readonly titles: string;
  readonly rank: number;
  readonly values: readonly string[];
}

/** What the animals are, and their tags: the name where there is one, else how many and the first. */
export function headTags(found: InspectReport): [title: string, text: string][] {
  const place = ({ title }: Tag): number => (HEAD_ORDER.includes(title) ? HEAD_ORDER.indexOf(title) : HEAD_ORDER.length);
  return tagsOf(found, [...found.summary.series.values()])
    .sort((a, b) => place(a) - place(b))
    .map(({ title, titles, values }) => {
      const different = [...new Set(values)].filter((value) => value !== '').map(shown);
      const [only] = different;
      if (different.length === 1 && only !== undefined) return [title, only];
      return [
        titles,
        `${count(different.length)}: ${different.slice(0, MOST_NAMED).join(', ')}${different.length > MOST_NAMED ? ', …' : ''}`,
      ];
    });
}

export function animalLines(found: InspectReport, width: number): string[] {
  const series = [...found.summary.series.values()].sort((a, b) => b.rows - a.rows || (a.key < b.key ? -1 : 1));
  if (series.length === 0) return [];
  const tags = tellApart(tagsOf(found, series), series.length);
  const tracks = new Map((found.tracks ?? []).map((track) => [track.key, track]));
  const hasPlaces = found.layout.latitude >= 0 && found.layout.longitude >= 0;
  const all = series.map((one, i) => [
    ...tags.map(({ values }) => shown(values[i] ?? '')),
    ...numbersOf(one, tracks.get(one.key), hasPlaces),
  ]);
  const hidden = all.length <= MOST_LINES ? 0 : all.length - MOST_LINES + 1;
  const [shownFirst, shownLast] = hidden === 0 ? [all, []] : [all.slice(0, MOST_LINES - LAST_LINES - 1), all.slice(-LAST_LINES)];
  const headings = [...tags.map(({ title }) => ({ title, isText: true })), ...HEADINGS];
  const [head = '', ...lines] = table(headings, [...shownFirst, ...shownLast], width - 2).map((line) => `  ${line}`);
  const rows = series.slice(shownFirst.length, shownFirst.length + hidden).reduce((sum, one) => sum + one.rows, 0);
  const cut = hidden === 0 ? [] : [`  … ${count(hidden)} more in between, of ${counted(rows, 'row')}; --json lists all`];
  return [
    '',
    `Series (${count(series.length)}), by rows`,
    head,
    ...lines.slice(0, shownFirst.length),
    ...cut,
    ...lines.slice(shownFirst.length),
  ];
}

function numbersOf({ rows, times }: SeriesSummary, track: Track | undefined, hasPlaces: boolean): string[] {
  const [firstMs, lastMs] = [track?.firstMs ?? firstTime(times), track?.lastMs ?? lastTime(times)];
  return [
    count(rows),
    hasPlaces ? count(track?.fixes ?? 0) : '',
    day(firstMs),
    day(lastMs),
    track?.medianIntervalMs === undefined ? '' : about(track.medianIntervalMs),
    longestGap(track),
  ];
}

/** Where the file is not in order of time, a gap within a cell of a thinned track is not known. */
function longestGap(track: Track | undefined): string {
  if (track === undefined || track.fixes < 2) return '';
  const [gap] = track.gaps;
  return gap === undefined ? `<${about(track.cellMs)}` : about(gap.toMs - gap.fromMs);
}

/** All tags, the best first. */
function tagsOf({ layout }: InspectReport, series: readonly SeriesSummary[]): Tag[] {
  const meanings = new Map(layout.columns.map((role, i) => [role.role === 'tag' ? role.key : '', canonicalName(layout.names[i] ?? '')]));
  const parts = series.map(({ key }) => readSeriesKey(key).tags);
  const keys = [...new Set(parts.flatMap((tags) => [...tags.keys()]))];
  return keys
    .map((key): Tag => {
      const known = TITLES.findIndex(([meaning]) => meaning === (meanings.get(key) ?? key));
      const [, title, titles] = TITLES[known] ?? [key, shown(key), shown(key)];
      return {
        title,
        titles,
        rank: known < 0 ? TITLES.length : known,
        values: parts.map((tags) => nameOf(title, tags.get(key) ?? '')),
      };
    })
    .sort((a, b) => a.rank - b.rank);
}

function nameOf(title: string, value: string): string {
  return title === 'sensor' ? sensorName(value) : value;
}

/** The first of the tags that it takes for no two series to be named alike, without those that are always the same. */
function tellApart(tags: readonly Tag[], count: number): Tag[] {
  const chosen: Tag[] = [];
  const names: string[] = Array.from({ length: count }, () => '');
  for (const tag of tags) {
    if (new Set(names).size === count && chosen.length > 0) break;
    if (new Set(tag.values).size === 1 && chosen.length + 1 < tags.length && tag.rank > 1) continue;
    chosen.push(tag);
    for (const [i, value] of tag.values.entries()) names[i] += `\n${value}`;
  }
  return chosen;
}

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['years', 365.25 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** A length of time in two digits, or in whole units from ten of them on: `15 min`, `1.5 h`, `47 d`. */
function about(ms: number): string {
  const [name, length] = UNITS.find(([, unit]) => ms >= 0.995 * unit) ?? ['ms', 1];
  const value = ms / length;
  return `${value >= 9.95 ? Math.round(value) : Number(value.toFixed(1))} ${name}`;
}
