// `skein report`, and `--report` on a load, as a user runs them.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { closeBrowser, hasBrowser, NO_BROWSER, openPage } from './support/browser.ts';
import { startFileServer } from './support/file-server.ts';
import { readTracks } from './support/read-tracks.ts';
import { GEESE, skein, temporaryDirectory } from './support/skein.ts';

const SAMPLES = fileURLToPath(new URL('../../shared/movebank/samples/', import.meta.url));
const hasSamples = existsSync(SAMPLES);

interface Report {
  readonly path: string;
  readonly bytes: number;
  readonly animals: number;
  readonly fixes: number;
  readonly drawnFixes: number;
}

/** The text of a page, tags and drawings left out. */
function textOf(path: string): string {
  const html = readFileSync(path, 'utf8').replaceAll(/<(style|script|svg)\b.*?<\/\1>/gs, '');
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');
}

afterAll(closeBrowser);

describe('skein report', () => {
  it('writes a page beside which nothing is left, named after the export, for its owner alone', async () => {
    const directory = temporaryDirectory();
    const { code, stdout, stderr } = await skein(['report', GEESE], {}, directory);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^geese\.report\.html \([\d.]+ MB\): 12 animals, 20,698 fixes/);
    expect(readdirSync(directory)).toEqual(['geese.report.html']);
    expect(statSync(join(directory, 'geese.report.html')).mode & 0o777).toBe(0o600);
  });

  it('says what a load would write, what is wrong with the rows, and how the page was made', async () => {
    const path = join(temporaryDirectory(), 'page.html');
    const { code, stdout } = await skein(['report', GEESE, '--out', path, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ path, animals: 12, fixes: 20_698, bytes: statSync(path).size });
    const text = textOf(path);
    expect(text).toContain('What a load of this file would write: rows 21,000');
    expect(text).toContain('= points 20,724');
    expect(text).toContain('Rejected rows Reason Rows First row At byte');
    expect(text).toContain(`$ skein report ${GEESE} --out ${path} --json`.slice(2));
    expect(text).toContain('Left out: 60 fixes marked as outliers. Left out: 8 fixes at latitude 0, longitude 0.');
  });

  it('replaces an earlier report and nothing else', async () => {
    const directory = temporaryDirectory();
    const [again, other] = [join(directory, 'again.html'), join(directory, 'other.html')];
    for (let times = 0; times < 2; times++) expect((await skein(['report', GEESE, '--out', again])).code).toBe(0);
    writeFileSync(other, '<!doctype html><title>My thesis</title>');
    const { code, stderr } = await skein(['report', GEESE, '--out', other]);
    expect(code).toBe(2);
    expect(stderr).toBe(`skein: ${other} is there and is no report of Skein's. Name another file, or take that one away.\n`);
    expect(readFileSync(other, 'utf8')).toContain('My thesis');
  });

  it('says before it reads the export that it cannot write there', async () => {
    const { code, stderr } = await skein(['report', 'absent.csv', '--out', join(temporaryDirectory(), 'absent', 'page.html')]);
    expect(code).toBe(2);
    expect(stderr).toContain('its folder is not there');
  });

  it('leaves the query of a URL out of the page', async () => {
    const server = await startFileServer({ content: readFileSync(GEESE) });
    const path = join(temporaryDirectory(), 'page.html');
    const { code, stderr } = await skein(['report', `${server.url}?token=secret`, '--out', path, '--quiet']);
    await server.close();
    expect([code, stderr]).toEqual([0, '']);
    const html = readFileSync(path, 'utf8');
    expect(html).toContain(server.url);
    expect(html).not.toContain('secret');
  });

  it('is the same for any number of workers and any size of chunks', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'page.html');
    const pages: string[] = [];
    for (const flags of [
      ['--workers', '1'],
      ['--workers', '3', '--chunk-bytes', '70000'],
    ]) {
      expect((await skein(['report', GEESE, '--out', path, ...flags])).code).toBe(0);
      pages.push(readFileSync(path, 'utf8').replace(/<footer>.*<\/footer>/s, ''));
    }
    expect(pages[1]).toBe(pages[0]);
  });
});

describe('skein load --report', () => {
  it('makes the page of the load: its books and where it went', async () => {
    const directory = temporaryDirectory();
    const { code, stdout } = await skein(['load', GEESE, '--to', 'out', '--report', 'page.html', '--outliers', 'drop'], {}, directory);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nReport\n {2}page\.html \([\d.]+ MB\): 12 animals/);
    const text = textOf(join(directory, 'page.html'));
    expect(text).toContain('Loaded into out : rows 21,000');
    expect(text).toContain('+ filtered 60');
  });

  it('is told of a file that must not be replaced before anything is written', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'notes.txt'), 'notes');
    const { code } = await skein(['load', GEESE, '--to', 'out', '--report', 'notes.txt'], {}, directory);
    expect(code).toBe(2);
    expect(readdirSync(directory)).toEqual(['notes.txt']);
  });

  it('gives its path in --json', async () => {
    const directory = temporaryDirectory();
    const { stdout } = await skein(['load', GEESE, '--to', 'out', '--report', 'page.html', '--json', '--dry-run'], {}, directory);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, report: join(directory, 'page.html') });
    expect(textOf(join(directory, 'page.html'))).toContain('What a load of this file would write');
  });
});

const samples = hasSamples ? readdirSync(SAMPLES).filter((name) => name.endsWith('.csv.gz')) : [];
describe.skipIf(!hasSamples || !hasBrowser)(
  `the report of a real export${hasSamples ? NO_BROWSER : ' (skipped: there is no ../shared/movebank/samples)'}`,
  () => {
    it.each(samples)('%s shows every animal, its fixes counted as a plain reading of the file counts them', async (name) => {
      const path = join(temporaryDirectory(), 'page.html');
      const { stdout, stderr, code } = await skein(['report', join(SAMPLES, name), '--out', path, '--json']);
      expect([code, stderr]).toEqual([0, '']);
      const report = JSON.parse(stdout) as Report;
      const tracks = await readTracks(join(SAMPLES, basename(name)));
      const fixes = new Map<string, number>();
      for (const track of tracks) fixes.set(track.individual ?? '', (fixes.get(track.individual ?? '') ?? 0) + track.fixes);
      expect(report.fixes).toBe(tracks.reduce((sum, track) => sum + track.fixes, 0));

      const { page, complaints, requests } = await openPage(readFileSync(path, 'utf8'));
      const items = await page.locator('.legend li').all();
      const listed = await Promise.all(
        items.map(async (item) => [
          await item.locator('.name').innerText(),
          Number((await item.locator('.fixes').innerText()).replaceAll(',', '')),
        ]),
      );
      expect(new Map(listed as [string, number][])).toEqual(fixes);
      expect([complaints, requests]).toEqual([[], []]);
    });
  },
);
