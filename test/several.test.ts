// Several exports, loaded together: one run, as if they were one file.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { readInChunks } from './support/bytes.ts';
import { generateCollisions } from './support/collisions.ts';
import { hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { contentOfDirectory, killLoads } from './support/kills.ts';
import { zip } from './support/packed.ts';
import { linesIn, skein, temporaryDirectory } from './support/skein.ts';

// Worker threads run no TypeScript.
const { load, survey } = (await import(new URL('../dist/src/index.js', import.meta.url).href)) as typeof import('../src/index.ts');

type Policy = 'keep' | 'first' | 'last';

/** Write files into a new folder. @returns their paths */
function files(contents: Readonly<Record<string, string | Uint8Array>>): string[] {
  const directory = temporaryDirectory();
  return Object.entries(contents).map(([name, content]) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  });
}

async function loaded(paths: string | string[], duplicates?: Policy) {
  const out = join(temporaryDirectory(), 'out');
  const { books, shares, survey } = await load(paths, { to: { directory: out }, duplicates, workers: 1, chunkBytes: 20_000 });
  const { examples: _, ...counts } = { examples: [], ...survey.collisions.counts };
  return { out, books, shares, counts, lines: linesIn(out), warnings: survey.warnings };
}

describe('a file cut in pieces', () => {
  const POLICIES: Policy[] = ['keep', 'first', 'last'];
  const whole = Buffer.from(generateCollisions(5, { rows: 600, order: 'shuffled', share: 0.5 }));
  let rowStarts: number[] = [];
  const asOne = new Map<Policy, Awaited<ReturnType<typeof loaded>>>();
  beforeAll(async () => {
    rowStarts = (await readInChunks(whole, whole.length, 10)).map(({ offset }) => offset).slice(1);
    for (const policy of POLICIES) asOne.set(policy, await loaded(files({ 'whole.csv': whole }), policy));
  }, 60_000);

  it('becomes the same points, byte for byte, with the same books and collisions', async () => {
    const cuts = fc.uniqueArray(fc.nat(599), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.constantFrom(...POLICIES), async (rows, policy) => {
        const header = whole.subarray(0, rowStarts[0]);
        const places = [0, ...rows.sort((a, b) => a - b)].map((row) => rowStarts[row]!);
        const pieces = places.map((start, i) => Buffer.concat([header, whole.subarray(start, places[i + 1])]));
        const { books, counts, lines, shares } = await loaded(
          files(Object.fromEntries(pieces.map((piece, i) => [`${i}.csv`, piece]))),
          policy,
        );
        const expected = asOne.get(policy)!;
        expect(lines).toEqual(expected.lines);
        expect({ books, counts }).toEqual({ books: expected.books, counts: expected.counts });
        for (const entry of ['rows', 'points', 'duplicates', 'rejected', 'filtered'] as const) {
          expect(shares.reduce((sum, share) => sum + share.books[entry], 0)).toBe(books[entry]);
        }
      }),
      { numRuns: 8 },
    );
  }, 60_000);
});

const COLUMNS = ['event-id', 'timestamp', 'location-long', 'location-lat', 'gps:hdop', 'mystery', 'individual-local-identifier'];
const ROWS = Array.from({ length: 60 }, (_, i) => [
  String(i),
  new Date(Date.UTC(2020, 0, 1, i % 30)).toISOString().slice(0, -1).replace('T', ' '),
  `${i % 7}.5`,
  `${i % 3}.25`,
  i % 4 === 0 ? '' : '1.5',
  i === 50 ? 'a word' : String(i % 2),
  ['Ann', 'Bob; the second', 'Cy, the third'][i % 3]!,
]);
/** Other words for the same. */
const SPELLINGS: ((name: string) => string)[] = [
  (name) => name,
  (name) => name.replaceAll(/[-:]/g, '_'),
  (name) => name.replaceAll(/[-:]/g, '.'),
];

function written(rows: string[][], order: readonly number[], delimiter: string, spell: (name: string) => string): string {
  const line = (cells: readonly string[]): string =>
    order.map((column) => (/[,;]/.test(cells[column]!) ? `"${cells[column]}"` : cells[column])).join(delimiter);
  return [line(COLUMNS.map(spell)), ...rows.map(line), ''].join('\n');
}

describe('files with the same columns in other forms', () => {
  const inOrder = [...COLUMNS.keys()];

  it('become the same points as one file', async () => {
    const whole = await loaded(files({ 'whole.csv': written(ROWS, inOrder, ',', (name) => name) }));
    expect(whole.counts.groups).toBeGreaterThan(0);
    const form = fc.record({
      order: fc.shuffledSubarray(inOrder, { minLength: COLUMNS.length }),
      delimiter: fc.constantFrom(',', ';', '\t'),
      spell: fc.constantFrom(...SPELLINGS),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 59 }), form, async (cut, { order, delimiter, spell }) => {
        const { lines, books, counts } = await loaded(
          files({
            'a.csv': written(ROWS.slice(0, cut), inOrder, ',', (name) => name),
            'b.csv': written(ROWS.slice(cut), order, delimiter, spell),
          }),
        );
        expect({ lines, books, counts }).toEqual({ lines: whole.lines, books: whole.books, counts: whole.counts });
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  it('are inspected as one file, column by column and animal by animal', async () => {
    const [name] = SPELLINGS as [(name: string) => string];
    const [whole, first, second] = files({
      'whole.csv': written(ROWS, inOrder, ',', name),
      'a.csv': written(ROWS.slice(0, 25), inOrder, ',', name),
      'b.csv': written(ROWS.slice(25), inOrder.toReversed(), ';', SPELLINGS[2]!),
    });
    const inspected = async (...paths: string[]): Promise<object> => {
      const { bytes: _, sources: __, ...found } = JSON.parse((await skein(['inspect', ...paths, '--json'])).stdout);
      return { ...found, collisions: { ...found.collisions, examples: found.collisions.examples.length } };
    };
    expect(await inspected(first!, second!)).toEqual(await inspected(whole!));
  });

  it('settle the type of an unknown column together, whichever file has the word', async () => {
    const [early, late] = [ROWS.slice(0, 10), ROWS.slice(45)];
    for (const order of [
      [early, late],
      [late, early],
    ]) {
      const contents = order.map((rows, i) => [`${i}.csv`, written(rows, inOrder, ',', (name) => name)] as const);
      const { lines } = await loaded(files(Object.fromEntries(contents)));
      expect(lines.every((line) => /mystery="/.test(line))).toBe(true);
    }
  });

  it('have columns that others lack, and one set of keys', async () => {
    const [a, b] = files({
      'a.csv': 'timestamp,location-lat,location-long,individual-local-identifier,height\n2020-01-01 00:00:00.000,1,2,Ann,3\n',
      'b.csv': 'timestamp,dup,individual-local-identifier,height\n2020-01-01 00:00:00.000,x,Ann,4\n',
    });
    expect((await loaded([a!, b!])).lines).toEqual([
      'movebank,individual_local_identifier=Ann lat=1,lon=2,height=3 1577836800000',
      // The name of the tag that keeps rows apart is that of no column of any file.
      'movebank,dup_2=1,individual_local_identifier=Ann height=4,dup="x" 1577836800000',
    ]);
  });

  it('say where an id is a tag of one file and a field of another, and keep it a tag in the mapping', async () => {
    const row = '2020-01-01 00:00:00.000,1.5,7';
    const { out, warnings } = await loaded(
      files({
        'a.csv': `timestamp,height,individual-id,individual-local-identifier\n${row},Ann\n`,
        'b.csv': `timestamp,height,individual-id\n${row}\n`,
      }),
    );
    expect(warnings).toEqual([expect.stringContaining('individual_id is a tag of the rows of files')]);
    const { tags, fields } = JSON.parse(readFileSync(join(out, 'mapping.json'), 'utf8')) as Record<'tags' | 'fields', { key: string }[]>;
    expect([tags, fields].map((all) => all.filter(({ key }) => key === 'individual_id').length)).toEqual([1, 0]);
  });
});

describe('several exports', () => {
  const HEADER = 'timestamp,location-lat,location-long,individual-local-identifier\n';
  const row = (hour: number, latitude: number): string => `2020-01-01 ${String(hour).padStart(2, '0')}:00:00.000,${latitude},2,Ann\n`;

  it('are refused as one when one of three is broken, and it is named', async () => {
    const paths = files({ 'a.csv': HEADER + row(1, 1), 'b.csv': 'no,time\n1,2\n', 'c.csv': HEADER + row(2, 1) });
    const out = join(temporaryDirectory(), 'out');
    const { code, stderr } = await skein(['load', ...paths, '--to', out]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`${paths[1]} has no column timestamp`)]);
    expect(existsSync(out)).toBe(false);
  });

  it('want a place that is named, and one server for the token of their URLs', async () => {
    const paths = files({ 'a.csv': HEADER + row(1, 1), 'b.csv': HEADER + row(2, 1) });
    expect(await skein(['load', ...paths])).toMatchObject({ code: 2, stderr: expect.stringContaining('Say into which with --to') });
    const urls = ['http://one.invalid/a.csv', 'http://two.invalid/b.csv'];
    const { code, stderr } = await skein(['inspect', ...urls], { SKEIN_SOURCE_TOKEN: 'hush' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('SKEIN_SOURCE_TOKEN is for one server')]);
  });

  it('that are the same file are read once, which is said', async () => {
    const [a] = files({ 'a.csv': HEADER + row(1, 1) });
    const { books, warnings } = await loaded([a!, join(a!, '..', '.', 'a.csv'), a!]);
    expect(books.rows).toBe(1);
    expect(warnings.join('\n')).toMatch(/a\.csv is named twice and read once|is the same file as/);
  });

  it('with the same content become duplicates', async () => {
    const content = HEADER + row(1, 1) + row(2, 1);
    const { books, shares } = await loaded(files({ 'a.csv': content, 'b.csv': content }));
    expect(books).toMatchObject({ rows: 4, points: 2, duplicates: 2 });
    expect(shares.map(({ books: { points, duplicates } }) => [points, duplicates])).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });

  it('without a row are named beside others that have some', async () => {
    const { books, warnings } = await loaded(files({ 'a.csv': HEADER, 'b.csv': HEADER + row(1, 1) }));
    expect(books.rows).toBe(1);
    expect(warnings).toEqual(['a.csv: a header and no rows']);
  });

  it('have their rejects in a file each, under its own header, that can be mended and loaded', async () => {
    const paths = files({
      'a.csv': `${HEADER}${row(1, 1)},1,2,Ann\n`,
      'b.csv': HEADER + row(2, 1),
      'c.csv': `individual_local_identifier;timestamp;location_lat;location_long\nBob;;5;6\nBob;2020-01-01 00:00:00;7;8\n`,
    });
    const { out, shares } = await loaded(paths);
    expect(shares.map(({ rejectsPath }) => rejectsPath)).toEqual([join(out, 'rejects-1.csv'), undefined, join(out, 'rejects-3.csv')]);
    const mended = join(out, 'rejects-3.csv');
    expect(readFileSync(join(out, 'rejects-3.reasons.csv'), 'utf8').split('\n')[1]).toMatch(/^1,65,/);
    writeFileSync(mended, readFileSync(mended, 'utf8').replace(';;', ';2020-01-01 05:00:00.000;'));
    const again = await skein(['load', mended, '--mapping', join(out, 'mapping.json'), '--to', join(out, 'again'), '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ rows: 1, points: 1 });
    expect(linesIn(join(out, 'again'))).toEqual(['movebank,individual_local_identifier=Bob lat=5,lon=6 1577854800000']);
  });

  it('make one report, which names them', async () => {
    const paths = files({ 'a.csv': `${HEADER}${row(1, 1)},1,2,Ann\n`, 'b.csv': HEADER + row(1, 2) });
    const page = join(temporaryDirectory(), 'page.html');
    expect(await skein(['report', ...paths])).toMatchObject({ code: 2, stderr: expect.stringContaining('Say with --out') });
    expect((await skein(['report', ...paths, '--out', page])).code).toBe(0);
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/<th scope="col">File<\/th>/);
    expect(html).toContain('<bdi>a.csv and b.csv</bdi>');
  });

  it('cannot be finished as shards when a field would have two types, and the field is named', async () => {
    const paths = files({
      'a.csv': 'timestamp,gps:hdop,individual-local-identifier\n2020-01-01 00:00:00,low,Ann\n',
      'b.csv': 'timestamp,gps_hdop_text,individual-local-identifier\n2020-01-02 00:00:00,7,Ann\n',
    });
    const { code, stderr } = await skein(['load', ...paths, '--format', 'shards', '--to', join(temporaryDirectory(), 'out')]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/gps_hdop_text would have values of two types/)]);
  });

  it('are surveyed together by the library', async () => {
    const { sources, summary } = await survey(files({ 'a.csv': HEADER + row(1, 1), 'b.csv': HEADER + row(2, 1) }), { workers: 1 });
    expect(sources.map(({ rows }) => rows)).toEqual([1, 1]);
    expect(summary.rows).toBe(2);
  });
});

describe('a folder and an archive', () => {
  const HEADER = 'timestamp,location-lat,location-long,individual-local-identifier\n';
  const export1 = `${HEADER}2020-01-01 00:00:00,1,2,Ann\n`;
  const export2 = `${HEADER}2020-01-02 00:00:00,1,2,Ann\n`;
  const reference = 'animal-id,tag-id,deploy-on-date,animal-sex\nAnn,1,2020-01-01,f\n';
  const beside = {
    '.hidden.csv': 'not,read',
    'licence.html': '<html>Copyrighted Material</html>',
    'photo.jpg': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x80]),
    'read me.txt': 'GPS data of geese, by year.\n',
    'zebra-reference-data.csv': reference,
  };

  it('of exports are loaded whole, by name, and what is none is named and passed over', async () => {
    const [path] = files({ 'b.csv': export1, 'c.txt': export2, 'a.csv.gz': gzipSync(export2), ...beside });
    const folder = dirname(path!);
    mkdirSync(join(folder, 'older'));
    const where = temporaryDirectory();
    const { code, stdout } = await skein(['load', folder, '--json'], {}, where);
    expect(code).toBe(0);
    const { sources, notes } = JSON.parse(stdout) as { sources: { source: string }[]; notes: string[] };
    expect(sources.map(({ source }) => basename(source))).toEqual(['a.csv.gz', 'b.csv', 'c.txt']);
    expect(notes).toEqual([
      expect.stringMatching(/^older is a folder inside .* and was not looked into$/),
      'licence.html was passed over: it is no CSV',
      'photo.jpg was passed over: it is no CSV',
      'read me.txt was passed over: it has no column timestamp',
      expect.stringMatching(/^zebra-reference-data\.csv was passed over: it is Movebank reference data/),
    ]);
    expect(linesIn(join(where, `${basename(folder)}.skein`))).toHaveLength(2);
  });

  it('in which a file that is called a CSV cannot be read are refused, and it is named', async () => {
    const [path] = files({ 'a.csv': export1, 'b.csv': '', ...beside });
    const { code, stderr } = await skein(['inspect', dirname(path!)]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/b\.csv is empty: 0 bytes.* Or move it out of the folder/)]);
  });

  it('without an export are refused', async () => {
    const [path] = files(beside);
    const { code, stderr } = await skein(['inspect', dirname(path!)]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/There is no export among them\. .*read me\.txt has no column timestamp/)]);
  });

  it('of several CSVs are loaded whole, and need not be exports all of them', async () => {
    const archive = await zip([
      { name: 'geese/2020.csv', content: export2 },
      { name: 'geese/2019.csv', content: export1 },
      { name: 'geese/geese-reference-data.csv', content: reference },
      { name: 'readme.txt', content: 'hello' },
    ]);
    const { lines, warnings, shares } = await loaded(files({ 'geese.zip': archive }));
    expect(lines.map((line) => line.split(' ').at(-1))).toEqual(['1577836800000', '1577923200000']);
    expect(shares).toHaveLength(2);
    expect(warnings).toEqual([expect.stringContaining('geese-reference-data.csv was passed over')]);
  });
});

describe('a load of several exports', () => {
  let paths: string[];
  let whole: Record<string, string>;
  const flags = ['--chunk-bytes', '100000', '--batch-lines', '300'];
  beforeAll(async () => {
    const content = (seed: number): string => [...generateExport({ rows: 20_000, animals: 4, seed, flaws: { noTime: 90 } })].join('');
    paths = files({ 'a.csv': content(1), 'b.csv': content(2), 'c.csv': content(3) });
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', ...paths, '--to', out, ...flags]);
    whole = contentOfDirectory(out);
  }, 60_000);

  it('that is killed at any instant ends like one that never was', { timeout: 90_000 }, async () => {
    const out = join(temporaryDirectory(), 'out');
    const check = async (): Promise<void> => expect(contentOfDirectory(out)).toEqual(whole);
    const args = ['load', ...paths, '--to', out, ...flags];
    await killLoads(4, 900, Math.random, (n) => ({ args, check, firstArgs: n === 0 ? [] : ['--fresh'] }));
    expect(Object.keys(whole)).toEqual(expect.arrayContaining(['rejects-1.csv', 'rejects-3.reasons.csv']));
  });

  it('is not gone on with when they are others, and the first that differs is named', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', ...paths, '--to', out, ...flags]);
    const [a, b, c] = paths as [string, string, string];
    for (const [those, sentence] of [
      [[a, c, b], `it is of another file, ${b}`],
      [[a, b], `it is of another file, ${c}`],
      [[a, b, c, c.replace('c.csv', 'd.csv')], 'it is without'],
    ] as const) {
      if (those[3] !== undefined) writeFileSync(those[3], readFileSync(a));
      const { code, stderr } = await skein(['load', ...those, '--to', out, ...flags]);
      expect([code, stderr]).toEqual([4, expect.stringContaining(sentence)]);
    }
  });
});

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x with several exports (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());

  it('holds every point of all of them, and a lost one is found out', async () => {
    const cut = written(ROWS.slice(30), [6, 5, 4, 3, 2, 1, 0], ';', SPELLINGS[1]!);
    const paths = files({ 'a.csv': written(ROWS.slice(0, 30), [...COLUMNS.keys()], ',', SPELLINGS[0]!), 'b.csv': cut });
    const to = ['--to', server.url, '--bucket', 'several', '--json', '--quiet'];
    const { code, stdout } = await skein(['load', ...paths, ...to, '--create-bucket']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 60, points: 60, verification: { verified: true, points: 60 } });
    expect((await skein(['verify', ...paths, ...to])).code).toBe(0);
    await server.query(`DELETE FROM movebank WHERE individual_local_identifier = 'Ann' AND time = '2020-01-01T09:00:00Z'`, 'several');
    expect((await skein(['verify', ...paths, ...to])).code).toBe(7);
  }, 60_000);
});
