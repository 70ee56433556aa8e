// The page of a report, in a real browser: what is drawn, where, and what a reader can do with it.

import { AxeBuilder } from '@axe-core/playwright';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { animalOf, tracksByAnimal } from '../src/report/animal.ts';
import { frameOf } from '../src/report/map-frame.ts';
import { makePage } from '../src/report/page.ts';
import { thinTrack } from '../src/report/thin-track.ts';
import { closeBrowser, hasBrowser, NO_BROWSER, openPage } from './support/browser.ts';
import { lineOf, longestStroke } from './support/drawn-paths.ts';
import { contentOf, walk } from './support/made-up-tracks.ts';
import { trackOf } from './support/read-tracks.ts';

const KM_PER_DEGREE = 111.195;
const GEESE = [
  walk('Anna', { fixes: 900, from: [5, 53], drift: [0.01, 0.02], silentAfter: [300] }),
  walk('Bert', { fixes: 600, from: [6, 54], drift: [0.02, 0.01] }),
  walk('Cleo', { fixes: 50, from: [8, 56] }),
];
const pageOfGeese = makePage(contentOf(GEESE)).html;

afterAll(closeBrowser);

describe('the map', () => {
  it('has a scale and a north: places lie as far from each other, and in the direction, as on the globe', () => {
    const { projection, kmPerPx, centre } = frameOf(tracksByAnimal(GEESE).map(animalOf));
    const [x, y] = projection([centre[0], centre[1]])!;
    const [northX, northY] = projection([centre[0], centre[1] + 1])!;
    const [eastX, eastY] = projection([centre[0] + 1, centre[1]])!;
    expect((y - northY) * kmPerPx).toBeCloseTo(KM_PER_DEGREE, 1);
    expect(northX).toBeCloseTo(x, 6);
    expect((eastX - x) * kmPerPx).toBeCloseTo(KM_PER_DEGREE * Math.cos((centre[1] * Math.PI) / 180), 1);
    expect(Math.abs(eastY - y) * kmPerPx).toBeLessThan(1);
  });

  it('of a study of a few hundred metres has no coastline, and says why', () => {
    const { html } = makePage(contentOf([walk('Lizard', { fixes: 200, from: [-5.1, 36.05], stray: 0.0003 })]));
    expect(html).toContain('too close for a coastline');
    expect(html).not.toContain('class="border"');
    expect(html).toMatch(/>\d+ m<\/text>/);
  });

  it('of animals that went round a pole is seen from above it', () => {
    const round = walk('Wanderer', { fixes: 1200, from: [0, -55], drift: [0.3, 0], stray: 0.2 });
    expect(makePage(contentOf([round])).html).toContain('Lambert azimuthal equal-area about 90.0° S');
  });
});

describe('thinning', () => {
  it('of a thinned track is that of the whole one', () => {
    const fix = fc.record({
      ms: fc.integer({ min: -(1 << 20), max: 1 << 20 }),
      x: fc.integer({ min: -9, max: 9 }),
      y: fc.integer({ min: -9, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(fix, { minLength: 1, maxLength: 60 }), fc.integer({ min: 12, max: 24 }), fc.nat(40), (fixes, most, more) => {
        const track = trackOf(fixes.toSorted((a, b) => a.ms - b.ms));
        const whole = thinTrack(track, most);
        expect(thinTrack(thinTrack(track, most + more), most)).toEqual(whole);
        expect(whole.timesMs.length).toBeLessThanOrEqual(most);
        for (const values of ['latitudes', 'longitudes'] as const) {
          expect(Math.max(...whole[values])).toBe(Math.max(...track[values]));
          expect(Math.min(...whole[values])).toBe(Math.min(...track[values]));
        }
        expect([whole.timesMs[0], whole.timesMs.at(-1)]).toEqual([track.timesMs[0], track.timesMs.at(-1)]);
      }),
    );
  });

  it('keeps the page of thousands of animals and of millions of fixes below 5 MB, and says what is not drawn', () => {
    const one = walk('One', { fixes: 200, from: [0, 50], stray: 1 });
    const tracks = Array.from({ length: 3000 }, (_, i) => ({ ...one, individual: `Animal ${i}`, fixes: 4000 - i }));
    const { html, animals, drawnFixes } = makePage(contentOf(tracks));
    expect(html.length).toBeLessThan(5e6);
    expect(animals).toBe(3000);
    expect(html).toContain('The 1,000 animals with most fixes are drawn; the other 2,000 are not.');
    expect(html).toContain(`Drawn from ${drawnFixes.toLocaleString('en-US')} of `);
    expect(html).toContain('>Animal 999<');
    expect(html).not.toContain('>Animal 1000<');
  });
});

describe('a page', () => {
  it('of a file without a location says so, and has its tables', () => {
    const { html } = makePage(contentOf([trackOf([], { individual: 'Anna', rows: 12 })]));
    expect(html).toContain('No row has a location that can be drawn');
    expect(html).not.toContain('<figure');
    expect(html).not.toContain('<script');
    expect(html).toContain('<bdi>Anna</bdi>');
  });

  it('of so many animals that none has a fix kept says so', () => {
    const { html } = makePage(contentOf([{ ...trackOf([], { individual: 'Anna' }), fixes: 12 }]));
    expect(html).toContain('There are too many animals to be drawn');
  });

  it('calls an animal without a name by the tags of its series', () => {
    const track = trackOf([{ ms: 0, x: 5, y: 50 }], { key: 'movebank,individual_id=291,sensor_type=radio\\ transmitter' });
    expect(makePage(contentOf([track])).html).toContain('<bdi class="name">individual_id=291, sensor_type=radio transmitter</bdi>');
  });

  it('has books, rejects, collisions, command and version', () => {
    const text = pageOfGeese.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('rows 100 data rows read = points 96');
    expect(text).toContain('the timestamp is missing 3 17 3,456');
    expect(text).toContain('Queen 2019-03-01 00:00:00.000 2 are equal but for the event id 100 and 200');
    expect(text).toContain('Made by Skein 1.2.3');
    expect(text).toContain('skein report made-up.csv');
  });

  it('counts the fixes of each animal and month', () => {
    const counts = pageOfGeese.match(/data-animal="2" data-counts="([^"]*)"/);
    expect(counts?.[1]?.split(',').map(Number)).toEqual([50, 0]);
  });
});

describe.skipIf(!hasBrowser)(`a page in a browser${NO_BROWSER}`, () => {
  it('draws every fix where it is, and breaks the line at a long gap alone', async () => {
    const { page } = await openPage(pageOfGeese);
    const animals = tracksByAnimal(GEESE).map(animalOf);
    const { projection } = frameOf(animals);
    for (const { index, timesMs, longitudes, latitudes } of animals) {
      const line = await lineOf(page, index);
      expect(line).toHaveLength(timesMs.length);
      for (const [fix, { x, y }] of line.entries()) {
        const [wantedX, wantedY] = projection([longitudes[fix]!, latitudes[fix]!])!;
        expect(Math.hypot(x - wantedX, y - wantedY)).toBeLessThan(0.1);
      }
      const begins = line.flatMap(({ begins }, fix) => (begins ? [fix] : []));
      expect(begins).toEqual(index === 0 ? [0, 300] : [0]);
    }
  });

  it.each([
    ['a valley inland', [7.44, 46.95], 0.4, true],
    ['a coast, from the sea', [-85, -5], 3, false],
    ['an island, from its middle', [-18.5, 64.9], 2, true],
    ['a continent', [20, 0], 20, true],
    ['an ocean', [-150, 0], 20, false],
  ] as const)('has land where there is land: %s', async (_, [x, y], reach, isLand) => {
    const corners = [-1, 1].flatMap((east) =>
      [-1, 1].map((north) => ({ ms: 3 * east + north, x: x + east * reach, y: y + north * reach })),
    );
    const track = trackOf(
      corners.toSorted((a, b) => a.ms - b.ms),
      { individual: 'Anna' },
    );
    const { page } = await openPage(makePage(contentOf([track])).html);
    const [middleX, middleY] = frameOf([animalOf([track], 0)]).projection([x, y])!;
    const isFilled = `document.querySelector('svg.map .land').isPointInFill(new DOMPoint(${middleX}, ${middleY}))`;
    expect(await page.evaluate(isFilled)).toBe(isLand);
  });

  it.each(['light', 'dark'] as const)(
    'asks for nothing, complains of nothing, and has no fault that axe finds (%s)',
    async (colorScheme) => {
      const { page, complaints, requests } = await openPage(pageOfGeese, { colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
    },
  );

  it('fits a phone', async () => {
    const { page } = await openPage(pageOfGeese, { viewport: { width: 360, height: 700 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  it('draws no line across the map for an animal that crosses the antimeridian', async () => {
    const albatross = walk('Albatross', { fixes: 400, from: [165, -40], drift: [0.1, 0] });
    expect(Math.max(...albatross.longitudes) - Math.min(...albatross.longitudes)).toBeGreaterThan(350);
    const { page } = await openPage(makePage(contentOf([albatross])).html);
    const line = await lineOf(page, 0);
    expect(line.filter(({ begins }) => begins)).toHaveLength(1);
    expect(longestStroke(line)).toBeLessThan(20);
  });

  it('leads a line to both edges where a map of the world is cut', async () => {
    const everywhere = [-170, -100, -30, 40, 110].flatMap((x, i) => [
      walk(`N${i}`, { fixes: 3, from: [x, 70] }),
      walk(`S${i}`, { fixes: 3, from: [x, -70] }),
    ]);
    const round = walk('Round', { fixes: 400, from: [0, 0], drift: [2, 0] });
    const { page } = await openPage(makePage(contentOf([round, ...everywhere])).html);
    const line = await lineOf(page, 0);
    expect(line.filter(({ begins }) => begins).length).toBeGreaterThan(1);
    expect(longestStroke(line)).toBeLessThan(20);
    const stub = (await page.locator('svg.map [data-animal="0"] .stub').getAttribute('d')) ?? '';
    const xs = Array.from(stub.matchAll(/[ML](-?[\d.]+),/g), ([, x]) => Number(x));
    expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(600);
  });

  it('tells animal, time and place of the fix under the pointer, and marks it in every figure', async () => {
    const tracks = [walk('Anna', { fixes: 40, from: [5, 50], stray: 3 }), walk('Bert', { fixes: 30, from: [15, 50], stray: 3 })];
    const { page } = await openPage(makePage(contentOf(tracks)).html);
    const line = await lineOf(page, 1);
    const fix = 20;
    const box = (await page.locator('svg.map').boundingBox())!;
    const scale = box.width / 800;
    await page.mouse.move(box.x + line[fix]!.x * scale, box.y + line[fix]!.y * scale);
    const { timesMs, latitudes, longitudes } = tracks[1]!;
    const said = await page.locator('#readout').innerText();
    expect(said).toContain('Bert');
    expect(said).toContain(`${new Date(timesMs[fix]!).toISOString().slice(0, 19).replace('T', ' ')} UTC`);
    expect(said).toContain(`${latitudes[fix]!.toFixed(5)}° N, ${longitudes[fix]!.toFixed(5)}° E`);
    expect(await page.locator('.cursor[visibility=visible]').count()).toBe(4);
    await page.mouse.move(5, 5);
    expect(await page.locator('#readout').innerText()).toBe('');
  });

  it('switches animals off and on, found ones together', async () => {
    const { page } = await openPage(pageOfGeese);
    const visible = (): Promise<number> => page.locator('svg:not(.months) .animal:visible').count();
    const before = await visible();
    await page.getByLabel('Bert').uncheck();
    expect(await page.locator('svg:not(.months) [data-animal="1"]:visible').count()).toBe(0);
    expect(await page.locator('#shown').innerText()).toBe('2 of 3 animals are shown.');
    await page.getByRole('button', { name: 'Hide all' }).click();
    expect(await visible()).toBe(0);
    await page.getByLabel('Find').fill('cle');
    expect(await page.locator('.legend li:visible').allInnerTexts()).toEqual([expect.stringContaining('Cleo')]);
    await page.getByRole('button', { name: 'Show these' }).click();
    expect(await page.locator('#shown').innerText()).toBe('1 of 3 animals are shown.');
    await page.getByLabel('Find').fill('');
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await visible()).toBe(before);
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await openPage(pageOfGeese);
    await page.locator('.map-box').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const second = new Date(GEESE[0]!.timesMs[1]!).toISOString().slice(0, 19).replace('T', ' ');
    expect(await page.locator('#readout').innerText()).toContain(`Anna\n${second} UTC`);
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#readout').innerText()).toContain('Bert');
    await page.keyboard.press('Tab');
    await page.keyboard.type('cleo');
    expect(await page.locator('.legend li:visible').count()).toBe(1);
    for (let tabs = 0; tabs < 3; tabs++) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.getByLabel('Cleo').isChecked()).toBe(false);
  });

  it('has its map, its charts and its tables without a script, and no switch that does nothing', async () => {
    const { page } = await openPage(pageOfGeese, { javaScriptEnabled: false });
    expect(await page.locator('svg.map .track:visible').count()).toBe(3);
    expect(await page.locator('svg.chart:visible').count()).toBe(4);
    expect(await page.locator('table:visible').count()).toBe(5);
    expect(await page.locator('input:visible, button:visible').count()).toBe(0);
  });

  it('prints without its switches', async () => {
    const { page } = await openPage(pageOfGeese);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('input:visible, button:visible').count()).toBe(0);
    expect(await page.locator('svg.map .track:visible').count()).toBe(3);
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
  });

  it('shows names as text, whatever is in them, and runs nothing but its own script', async () => {
    const hostile = [
      '</script><script>alert(1)</script>',
      '<img src=x onerror=alert(2)>',
      '"><svg onload=alert(3)>',
      '\u202egnp.exe\u0000\u2028',
      "it's & <b>",
    ];
    const tracks = hostile.map((name, i) => ({
      ...walk('Anna', { fixes: 20, from: [i, 50] }),
      individual: name,
      study: name,
      fixes: 20 - i,
    }));
    const { html } = makePage(
      contentOf(tracks, { title: hostile[0]!, command: hostile[1]!, source: hostile[2]!, notes: hostile, collisions: hostile }),
    );
    const { page, complaints, requests } = await openPage(html);
    expect(await page.locator('.legend .name').allTextContents()).toEqual([...hostile.slice(0, 3), '·gnp.exe··', hostile[4]]);
    expect(await page.locator('img, b, script:not([type]):not(:last-of-type)').count()).toBe(0);
    expect([complaints, requests]).toEqual([[], []]);
    await page.evaluate(
      "const more = document.createElement('script'); more.textContent = 'window.hasRun = true'; document.body.append(more)",
    );
    expect(await page.evaluate('window.hasRun')).toBeUndefined();
  });
});
