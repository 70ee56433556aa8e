// One page of HTML that needs nothing else: drawn here, so that it is whole
// without its script, which adds switches and shows what is under the pointer.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { max, min, sum } from 'd3-array';
import { clip } from '../clip.ts';
import { counted } from '../counted.ts';
import type { Books } from '../load/books.ts';
import type { Track } from '../survey/track.ts';
import { type Animal, animalOf, tracksByAnimal } from './animal.ts';
import { figuresOf } from './figures.ts';
import { jsonScript, Markup, markup } from './markup.ts';
import { GENERATOR } from './report-file.ts';
import { sectionsOf } from './sections.ts';
import type { FileShare, RejectedRows, SharedTime } from './tables.ts';
import { fixesOfTrack, thinTrack } from './thin-track.ts';
import { instant } from './words.ts';

/** A page of so many fixes has about 3 MB. */
const MOST_FIXES = 40_000;
/** Animals of fewer fixes are counted and not drawn. */
const MOST_ANIMALS = 1000;
/** Beside the sources: the compiler copies no stylesheet and nothing for a browser. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? 'page/' : '../../../src/report/page/', import.meta.url);
const STYLES = ['colours.css', 'page.css', 'figures.css', 'legend.css', 'media.css'];
const SCRIPTS = ['fixes.js', 'switches.js', 'pointer.js'];

export interface PageContent {
  /** What the export is called. */
  readonly title: string;
  readonly source: string;
  readonly sourceBytes: number;
  /** What it is made of. */
  readonly files: readonly FileShare[];
  readonly command: string;
  readonly version: string;
  readonly madeMs: number;
  readonly tracks: readonly Track[];
  readonly books: Books;
  /** Where the load went; undefined where there was none, and the books are what one would give. */
  readonly destination: string | undefined;
  readonly rejects: readonly RejectedRows[];
  /** What was found of rows that share series and time, in sentences; none where none do. */
  readonly collisions: readonly string[];
  readonly sharedTimes: readonly SharedTime[];
  readonly notes: readonly string[];
}

export interface Page {
  readonly html: string;
  readonly animals: number;
  readonly fixes: number;
  readonly drawnFixes: number;
}

/** Make the page. It is below 5 MB, whatever the export's size. */
export function makePage(content: PageContent): Page {
  const all = tracksByAnimal(content.tracks);
  const some = all.slice(0, MOST_ANIMALS);
  const most = fixesOfTrack(some.flat(), MOST_FIXES);
  const animals = some.map((tracks, index) =>
    animalOf(
      tracks.map((track) => thinTrack(track, most)),
      index,
    ),
  );
  const fixes = sum(content.tracks, (track) => track.fixes);
  const drawnFixes = sum(animals, ({ timesMs }) => timesMs.length);
  const body = markup`<main>${header(content, all.length, fixes)}
${drawnFixes === 0 ? noFigures(fixes) : figuresOf(animals, { animals: all.length, fixes, drawnFixes })}
${sectionsOf(content, animals, all.length)}
${footer(content)}</main>`;
  return { html: wrap(content, body, drawnFixes === 0 ? undefined : fixesScript(animals)), animals: all.length, fixes, drawnFixes };
}

function noFigures(fixes: number): Markup {
  const why =
    fixes === 0
      ? 'No row has a location that can be drawn, or the mapping does not say which columns are one'
      : 'There are too many animals to be drawn';
  return markup`<p class="none">${why}: there is no map, and there are no charts.</p>`;
}

function header({ title, tracks }: PageContent, animals: number, fixes: number): Markup {
  const studies = [...new Set(tracks.flatMap(({ study }) => study ?? []))];
  const [firstMs, lastMs] = [min(tracks, (track) => track.firstMs), max(tracks, (track) => track.lastMs)];
  const span = firstMs === undefined || lastMs === undefined ? '' : `, ${instant(firstMs)} to ${instant(lastMs)} UTC`;
  const [only = title] = studies;
  return markup`<header><h1><bdi>${clip(studies.length === 1 ? only : title)}</bdi></h1>
${studies.length > 1 ? markup`<p>${counted(studies.length, 'study', 'studies')}</p>` : undefined}
<p>${counted(animals, 'animal')}, ${counted(fixes, 'fix', 'fixes')}${span}</p></header>`;
}

function footer({ source, sourceBytes, command, version, madeMs }: PageContent): Markup {
  return markup`<footer><p>Made by Skein ${version} on ${instant(madeMs)} UTC from <bdi>${source}</bdi> (${counted(sourceBytes, 'byte')}):</p>
<pre tabindex="0"><code>${command}</code></pre>
<p>Times are UTC, places WGS 84 as the file gives them. Land and borders are Natural Earth’s, public domain.</p></footer>`;
}

/** What the script shows of the fixes: steps from one to the next, of seconds and of hundred-thousandths of a degree. */
function fixesScript(animals: readonly Animal[]): Markup {
  const steps = (values: Float64Array, unit: number): number[] => {
    const whole = Array.from(values, (value) => Math.round(value / unit));
    return whole.map((value, i) => value - (whole[i - 1] ?? 0));
  };
  return jsonScript(
    'fixes',
    animals.map(({ timesMs, latitudes, longitudes }) => [steps(timesMs, 1000), steps(latitudes, 1e-5), steps(longitudes, 1e-5)]),
  );
}

/** @param data where the page has something that a script can do something with */
function wrap({ title, version }: PageContent, body: Markup, data: Markup | undefined): string {
  const style = STYLES.map(read).join('');
  const script = data === undefined ? undefined : `'use strict';\n${SCRIPTS.map(read).join('\n')}`;
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${script === undefined ? "'none'" : hashOf(script)}; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
${new Markup(GENERATOR)}${version}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}: tracks</title>
<style>${new Markup(style)}</style></head>
<body>
${body}
${data}${script === undefined ? undefined : markup`<script>${new Markup(script)}</script>`}
</body></html>
`.text;
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** As a policy names what may run. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
