// Real exports, loaded by the real command and compared with a second, plain reading of the same file.
// Nothing here comes from src: what should be there is read by ./oracle, after the written rules.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { parseString } from 'fast-csv';
import { beforeAll, describe, expect, it } from 'vitest';
import { writtenPoints } from './oracle/expect-collisions.ts';
import { type Expected, expectPoints, type Reject, readDictionary, type Term } from './oracle/expect-points.ts';
import { type Point, readLineProtocol } from './oracle/read-line-protocol.ts';
import { TERMS } from './oracle/terms.ts';
import { GEESE, linesIn, skein, temporaryDirectory } from './support/skein.ts';

const MOVEBANK = fileURLToPath(new URL('../../shared/movebank/', import.meta.url));
const SAMPLES = join(MOVEBANK, 'samples');
const DICTIONARY = join(MOVEBANK, 'dictionary.tsv');

interface Books {
  readonly points: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly filtered: number;
  readonly rows: number;
}

/** Said in the names of what is skipped without the samples: they are other people's data and not in the repository. */
const isAbsent = !existsSync(SAMPLES);
const REASON = isAbsent ? ' (skipped: there is no ../shared/movebank/samples)' : '';
const listed = isAbsent ? [] : readdirSync(SAMPLES).filter((name) => name !== 'INDEX.tsv');

const compressed = listed.filter((name) => /\.(?:gz|zip)$/.test(name));

/** What is refused, and what its message must say that it is. */
const REFUSED: [file: string, what: RegExp][] = [
  ['o_assen-reference-data.csv', /reference data/i],
  ['rest_licence_terms.html', /licen[cs]e/i],
  ['rest_study_attribute.csv', /no column timestamp/i],
];

const refused = new Set(REFUSED.map(([name]) => name));
const plain = listed.filter((name) => name.endsWith('.csv') && !refused.has(name));

describe('the export in fixtures/', () => {
  it('is loaded as the independent reading of it says, rejects and all', async () => {
    const { expected } = await loadAndCompare(GEESE, TERMS);
    expect(expected.rejects.length, 'the fixture has bad rows').toBeGreaterThan(0);
  });

  it.skipIf(isAbsent)(`has columns of the roles that Movebank's dictionary gives them${REASON}`, () => {
    const dictionary = readDictionary(DICTIONARY);
    expect(TERMS.map(({ term }) => dictionary.find((entry) => entry.term === term))).toEqual(TERMS);
  });
});

describe.skipIf(isAbsent)(`a sample of a Movebank export${REASON}`, () => {
  let terms: Term[];
  let index: Map<string, number>;
  /** Where each compressed sample lies unpacked. */
  const unpacked = new Map<string, string>();
  /** The points of the samples that were loaded, by the sample's name. */
  const loaded = new Map<string, { points: Point[]; books: Books }>();

  beforeAll(() => {
    terms = readDictionary(DICTIONARY);
    index = rowsInIndex();
    for (const name of compressed) unpacked.set(name, unpack(join(SAMPLES, name)));
  });

  it('is one of those that this test knows how to judge', () => {
    expect([...compressed, ...plain, ...refused].sort()).toEqual([...listed].sort());
  });

  it.each([...plain, ...compressed])('%s is loaded, unpacked, as the independent reading of it says', async (name) => {
    const { expected, ...found } = await loadAndCompare(unpacked.get(name) ?? join(SAMPLES, name), terms);
    if (index.has(name)) expect(expected.rows, 'rows in INDEX.tsv').toBe(index.get(name));
    loaded.set(name, found);
  });

  it.each(compressed)('%s becomes the same lines as it is, and named .csv', async (name) => {
    const renamed = join(temporaryDirectory(), 'renamed.csv');
    writeFileSync(renamed, readFileSync(join(SAMPLES, name)));
    const [plain, ...packed] = await Promise.all(
      [unpacked.get(name) ?? '', join(SAMPLES, name), renamed].map(async (file) => {
        const destination = join(temporaryDirectory(), 'out');
        const { code, stderr } = await skein(['load', file, '--to', destination, '--quiet', '--chunk-bytes', '262144', '--no-reference']);
        expect([code, stderr]).toEqual([0, '']);
        return linesIn(destination);
      }),
    );
    expect(plain?.length).toBeGreaterThan(0);
    for (const lines of packed) expect(lines).toEqual(plain);
  });

  it('that is loaded together with others becomes the points that it becomes alone', async () => {
    const destination = join(temporaryDirectory(), 'out');
    const paths = compressed.map((name) => join(SAMPLES, name));
    const { stderr } = await skein(['load', ...paths, '--to', destination, '--quiet', '--no-reference']);
    expect(stderr).toBe('');
    const inWords = ({ tags, time, fields }: Point): string => JSON.stringify([...tags, time, ...[...fields].sort()]);
    const together = readLineProtocol(`${linesIn(destination).join('\n')}\n`).map(inWords);
    expect(together.sort()).toEqual(compressed.flatMap((name) => loaded.get(name)!.points.map(inWords)).sort());
  });

  it.each(REFUSED)('%s is refused by name', async (name, what) => {
    const { stderr } = await expectRefusal(join(SAMPLES, name));
    expect(stderr).toMatch(what);
  });

  // What the README counted in these files by other means: it holds the reading above to account too.

  const LOST_KEYS: [file: string, rows: number][] = [
    ['barnacle-geese-greenland-2014.csv.gz', 0],
    ['kruger-buffalo.csv.gz', 3747],
    ['galapagos-albatrosses.zip', 0],
    ['blue-fin-whales-fastloc.csv.gz', 0],
    ['o_assen-gps-2018.csv.gz', 0],
    ['parti-coloured-bats.csv.gz', 0],
  ];
  it.each(LOST_KEYS)('%s has %i rows of the series and time of an earlier one, and no two points that share both', (name, lost) => {
    const { points, books } = loaded.get(name)!;
    const keys = new Set(points.map((point) => JSON.stringify([...point.tags, point.time])));
    expect(points.length - keys.size).toBe(0);
    expect(books.duplicates + points.filter(({ tags }) => tags.has('dup')).length).toBe(lost);
  });

  // INDEX.tsv calls all 2,229 "neg alt"; 1,012 of them say "2D fix".
  it('barnacle-geese-greenland-2014.csv.gz keeps a height as text, in the 2,229 rows where it is a word too', () => {
    const heights = loaded.get('barnacle-geese-greenland-2014.csv.gz')!.points.flatMap((point) => point.fields.get('height_raw') ?? []);
    expect(new Set(heights.map((height) => height.type))).toEqual(new Set(['string']));
    expect(heights.filter((height) => Number.isNaN(Number(height.value)))).toHaveLength(2229);
  });

  it('galapagos-albatrosses.zip keeps its 52 rows without a location', () => {
    const { points } = loaded.get('galapagos-albatrosses.zip')!;
    expect(points.filter((point) => !point.fields.has('lat') && !point.fields.has('lon'))).toHaveLength(52);
  });

  it('o_assen-gps-2018.csv.gz gets of the reference data beside it what a plain join gives', async () => {
    const destination = join(temporaryDirectory(), 'out');
    const name = 'o_assen-gps-2018.csv.gz';
    const run = await skein([
      'load',
      join(SAMPLES, name),
      '--to',
      destination,
      '--quiet',
      '--reference-fields',
      'animal-mass,deploy-on-date',
    ]);
    expect([run.code, run.stderr]).toEqual([0, '']);
    const deployments = await readTable(readFileSync(join(SAMPLES, 'o_assen-reference-data.csv'), 'utf8'));
    const expected = loaded.get(name)!.points.map((point): Point => {
      const [animal, tag] = ['individual', 'tag'].map((of) => point.tags.get(`${of}_local_identifier`));
      // None of its animals carried one tag twice.
      const [told, ...others] = deployments.filter((one) => one['animal-id'] === animal && one['tag-id'] === tag);
      expect(others).toEqual([]);
      const tags = [...point.tags, ['animal_sex', told!['animal-sex']!], ['animal_life_stage', told!['animal-life-stage']!]] as const;
      const fields = new Map(point.fields)
        .set('animal_mass', { type: 'float', value: told!['animal-mass']! })
        .set('deploy_on_date', { type: 'string', value: told!['deploy-on-date']! });
      return { ...point, tags: new Map(tags.toSorted(([a], [b]) => (a < b ? -1 : 1))), fields };
    });
    const points = readLineProtocol(`${linesIn(destination).join('\n')}\n`);
    expect(differences(points, expected)).toEqual({ unexpected: [], missing: [] });
    expect(points).toHaveLength(14_893);
  });

  it('bad-rows-handmade.csv has no date of the right form, and ends with every row a reject', () => {
    expect(loaded.get('bad-rows-handmade.csv')?.points).toEqual([]);
  });
});

/** Load a file with default flags and hold points, books and rejects against the independent reading. */
async function loadAndCompare(file: string, terms: readonly Term[]): Promise<{ expected: Expected; points: Point[]; books: Books }> {
  const destination = join(temporaryDirectory(), 'out');
  const bytes = readFileSync(file);
  const [run, expected] = await Promise.all([
    skein(['load', file, '--to', destination, '--json', '--workers', '2', '--chunk-bytes', '262144']),
    expectPoints(bytes, terms),
  ]);
  expect(run.code, run.stderr).toBe(0);

  const written = writtenPoints(expected.points, 'keep');
  const books = JSON.parse(run.stdout) as Books;
  expect(books).toMatchObject({
    rows: expected.rows,
    points: written.length,
    duplicates: expected.points.length - written.length,
    rejected: expected.rejects.length,
    filtered: 0,
    balanced: true,
  });
  expect(books.points + books.duplicates + books.rejected + books.filtered).toBe(books.rows);

  const points = readdirSync(destination)
    .filter((name) => name.endsWith('.lp.gz'))
    .sort()
    .flatMap((name) => readLineProtocol(gunzipSync(readFileSync(join(destination, name))).toString('utf8')));
  expect(differences(points, written)).toEqual({ unexpected: [], missing: [] });
  expect(points).toHaveLength(written.length);

  await expectRejects(destination, bytes, expected.rejects);
  return { expected, points, books };
}

/** The first few points that only one side has, as the multisets that they are. */
function differences(actual: Point[], expected: Point[]): { unexpected: object[]; missing: object[] } {
  const surplus = new Map<string, number>();
  const count = (points: Point[], by: number): void => {
    for (const { measurement, tags, fields, time } of points) {
      const written = [...fields].map(([key, { type, value }]) => [key, type, value]).sort(([a], [b]) => (a! < b! ? -1 : 1));
      const whole = JSON.stringify({ measurement, tags: [...tags], time, fields: written });
      surplus.set(whole, (surplus.get(whole) ?? 0) + by);
    }
  };
  count(actual, 1);
  count(expected, -1);
  const only = (sign: number): object[] =>
    [...surplus]
      .filter(([, balance]) => balance * sign > 0)
      .slice(0, 3)
      .map(([whole]) => JSON.parse(whole));
  return { unexpected: only(1), missing: only(-1) };
}

async function expectRejects(destination: string, file: Buffer, expected: Reject[]): Promise<void> {
  const [kept, reasons] = [join(destination, 'rejects.csv'), join(destination, 'rejects.reasons.csv')];
  if (expected.length === 0) {
    expect(existsSync(kept), 'no rejects, no file of rejects').toBe(false);
    return;
  }
  const told = (await readTable(readFileSync(reasons, 'utf8'))).map((line) => [line['row'], line['offset'], line['reason']]);
  expect(told).toEqual(expected.map(({ row, offset, reason }) => [String(row), String(offset), reason]));

  const header = file.subarray(0, file.indexOf('\n') + 1);
  const withLineEnd = expected.map(({ raw }) => (raw.at(-1) === 0x0a ? raw : Buffer.concat([raw, Buffer.from('\n')])));
  expect(readFileSync(kept).equals(Buffer.concat([header, ...withLineEnd])), 'rejects.csv is the header and the raw rows').toBe(true);
}

/** A refusal: exit 3 (RULES 29), one message that names the file, nothing on standard output, nothing written. */
async function expectRefusal(file: string): Promise<{ stderr: string }> {
  const destination = join(temporaryDirectory(), 'out');
  const { code, stdout, stderr } = await skein(['load', file, '--to', destination, '--json']);
  expect(code, stderr).toBe(3);
  expect(stderr).toContain(basename(file));
  expect(stdout).toBe('');
  expect(existsSync(destination), 'nothing was written').toBe(false);
  return { stderr };
}

function readTable(text: string): Promise<Record<string, string>[]> {
  return new Promise((resolve, reject) => {
    const lines: Record<string, string>[] = [];
    parseString<Record<string, string>, Record<string, string>>(text, { headers: true })
      .on('error', reject)
      .on('data', (line: Record<string, string>) => lines.push(line))
      .on('end', () => resolve(lines));
  });
}

function rowsInIndex(): Map<string, number> {
  const lines = readFileSync(join(SAMPLES, 'INDEX.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  const counts = lines.map((line) => line.split('\t')).map((cells): [string, number] => [cells[0]!, Number(cells[3])]);
  return new Map(counts.filter(([, rows]) => Number.isInteger(rows)));
}

/** Unpack into a temporary directory and return the CSV's path. */
function unpack(path: string): string {
  const directory = temporaryDirectory();
  const bytes = readFileSync(path);
  if (path.endsWith('.gz')) {
    const target = join(directory, basename(path, '.gz'));
    writeFileSync(target, gunzipSync(bytes));
    return target;
  }
  const [name, csv] = [...entriesOfZip(bytes)].find(([entry]) => entry.endsWith('.csv'))!;
  writeFileSync(join(directory, basename(name)), csv);
  return join(directory, basename(name));
}

/** The files of a zip without zip64, by its central directory (APPNOTE.TXT 4.3). */
function entriesOfZip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const entries = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size, nameLength] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(data, data + size);
    entries.set(zip.toString('utf8', at + 46, at + 46 + nameLength), method === 0 ? packed : inflateRawSync(packed));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
