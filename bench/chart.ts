// The loaders' rates of a run as bars, in SVG.

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Figure, spreadOf } from './figures.ts';
import { LOADERS_SECTION, READY_INTO_SINK } from './loaders.ts';
import { machineLine, type Results } from './results.ts';
import { SERVER } from './server.ts';

const UNIT = 'krows/s';
/** Sections, the rates of each of which are drawn in a panel. The ceiling of the sink is so high that nothing else would be seen. */
const PANELS: readonly { readonly section: string; readonly title: string; readonly hidden?: string }[] = [
  { section: LOADERS_SECTION, title: 'Without a server: into files, or into a sink that takes everything', hidden: READY_INTO_SINK },
  { section: SERVER, title: 'Into an InfluxDB 2 on the same cores' },
];
const WIDTH = 820;
const NAME_WIDTH = 300;
const ROW_HEIGHT = 26;
const TITLE_HEIGHT = 44;
const SKEIN_COLOUR = '#2a6f97';
const CEILING_COLOUR = '#c9cdd2';
const PEER_COLOUR = '#e09f3e';

/** @throws Error when the run has no rate of a loader */
export function drawChart(results: Results): string {
  const { document } = parseHTML('<html><body></body></html>');
  const panels = PANELS.flatMap(({ section, title, hidden }) => {
    const figures = results.figures.filter((figure) => figure.section === section && figure.unit === UNIT && figure.name !== hidden);
    return figures.length === 0 ? [] : [{ title, figures: figures.toSorted((a, b) => b.value - a.value) }];
  });
  if (panels.length === 0) throw new Error('These results have no rate of any loader: run the section `loaders`');

  let top = 0;
  const drawn = panels.map(({ title, figures }) => {
    const height = TITLE_HEIGHT + figures.length * ROW_HEIGHT + 8;
    const panel = panelOf(document, figures, height);
    const group = `<g transform="translate(0,${top})"><text x="8" y="24" font-size="15" font-weight="600">${escaped(title)}</text>${panel}</g>`;
    top += height;
    return group;
  });
  const foot = `Thousand rows a second, medians of ${roundsOf(panels[0]?.figures[0])} rounds; lines: lowest and highest. ${machineLine(results)}.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top + 32}" viewBox="0 0 ${WIDTH} ${top + 32}" font-family="system-ui, sans-serif" fill="#1b1f24">`,
    '<title>Rows a second of Skein and of other loaders</title>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...drawn,
    `<text x="8" y="${top + 20}" font-size="10" fill="#57606a">${escaped(foot)}</text>`,
    '</svg>\n',
  ].join('\n');
}

function panelOf(document: unknown, figures: readonly Figure[], height: number): string {
  const bars = figures.map((figure) => ({ ...figure, spread: spreadOf(figure) }));
  const svg = Plot.plot({
    document: document as never,
    width: WIDTH,
    height,
    marginLeft: NAME_WIDTH,
    marginTop: TITLE_HEIGHT - 8,
    marginRight: 60,
    marginBottom: 8,
    style: { fontSize: '12px' },
    x: { axis: null },
    y: { label: null, domain: bars.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.barX(bars, { x: 'value', y: 'name', fill: ({ name }: Figure) => colourOf(name) }),
      Plot.ruleY(
        bars.filter(({ spread }) => spread !== undefined),
        { x1: ({ spread }) => spread[0], x2: ({ spread }) => spread[1], y: 'name', stroke: '#1b1f24' },
      ),
      Plot.text(bars, {
        x: ({ value, spread }) => Math.max(value, spread?.[1] ?? 0),
        y: 'name',
        text: ({ value }: Figure) => (value >= 10 ? value.toFixed(0) : value.toFixed(1)),
        textAnchor: 'start',
        dx: 6,
      }),
    ],
  });
  // Its style is for an SVG in a page of HTML, and makes one inside another as high as that.
  svg.querySelector('style')?.remove();
  return svg.outerHTML;
}

function roundsOf(figure: Figure | undefined): number {
  return figure?.rounds?.length ?? 1;
}

function colourOf(name: string): string {
  return name.startsWith('skein') ? SKEIN_COLOUR : name.startsWith('ready batches') ? CEILING_COLOUR : PEER_COLOUR;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
