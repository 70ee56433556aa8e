// `--mapping tutorial`: the same points as Python's influxdb-client writes for
// the same export, and what the mapping file learned for it.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLineProtocol } from './oracle/read-line-protocol.ts';
import { hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { GEESE, linesIn, MAIN, skein, temporaryDirectory } from './support/skein.ts';

const EXPORT = fileURLToPath(new URL('../fixtures/tutorial.csv', import.meta.url));
/** What `fixtures/tutorial.py` printed for it. */
const BY_PYTHON = readFileSync(new URL('../fixtures/tutorial.lp', import.meta.url), 'utf8');

/** The last line of each series and time, by both; numbers by their value. @param perMs units of time a millisecond */
function lastPoints(text: string, perMs: bigint): Map<string, unknown> {
  return new Map(
    readLineProtocol(text).map(({ measurement, tags, fields, time }) => [
      JSON.stringify([measurement, [...tags], String(BigInt(time) / perMs)]),
      [...fields].map(([key, { type, value }]) => [key, type, type === 'float' ? Number(value) : value]).sort(),
    ]),
  );
}

async function linesOf(file: string, ...args: string[]): Promise<{ lines: string[]; out: string }> {
  const out = join(temporaryDirectory(), 'out');
  const { code, stderr } = await skein(['load', file, '--to', out, '--quiet', ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return { lines: linesIn(out).sort(), out };
}

function written(name: string, content: unknown, extension = '.json'): string {
  const path = join(temporaryDirectory(), name + extension);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe("the tutorial's model", () => {
  it.each([
    ['at once', []],
    ['in small pieces', ['--chunk-bytes', '300', '--workers', '2', '--batch-lines', '2']],
  ])("gives the points that Python's client writes, read %s", async (_, args) => {
    const { lines } = await linesOf(EXPORT, '--mapping', 'tutorial', ...args);
    const wanted = lastPoints(BY_PYTHON, 1_000_000n);
    expect(lastPoints(`${lines.join('\n')}\n`, 1n)).toEqual(wanted);
    // Nothing is left to be overwritten, and the pair has what is worth comparing.
    expect(lines).toHaveLength(wanted.size);
    expect(BY_PYTHON.trimEnd().split('\n').length).toBeGreaterThan(wanted.size);
    expect(BY_PYTHON).toMatch(/manually-marked-outlier="",.*\n.*lon=7,(?!.*lat).*\n/);
  });

  it('is written as a mapping file that gives the same points', async () => {
    const first = await linesOf(GEESE, '--mapping', 'tutorial');
    const mapping = join(first.out, 'mapping.json');
    const second = await linesOf(GEESE, '--mapping', mapping);
    expect(second.lines).toEqual(first.lines);
    expect(JSON.parse(readFileSync(mapping, 'utf8'))).toMatchObject({
      tags: [{ key: 'type', value: 'migration-value' }],
      missingText: 'keep',
      duplicates: 'last',
    });
    expect(readFileSync(join(second.out, 'mapping.json'))).toEqual(readFileSync(mapping));
  });

  it('overwrites nothing when --duplicates says so', async () => {
    const { lines } = await linesOf(EXPORT, '--mapping', 'tutorial', '--duplicates', 'keep');
    expect(lines).toHaveLength(12);
    expect(lines.filter((line) => line.startsWith('migration,dup=1,type=migration-value '))).toHaveLength(3);
  });

  it('says how many rows it overwrites, and which mapping would not', async () => {
    const { stdout } = await skein(['inspect', GEESE, '--mapping', 'tutorial', '--quiet']);
    expect(stdout).toContain('474 of 21,000 rows would overwrite one another: this model has one series for all animals.');
    expect(stdout).toContain('The default mapping (leave out --mapping) keeps animals, tags and sensors apart');
    expect(stdout).toContain('474 differ from the first: of each time only the last is written');
    expect(stdout).not.toContain('without an individual');
    expect((await skein(['inspect', GEESE, '--quiet'])).stdout).not.toContain('would overwrite');
  });

  it.each([
    ['--individual', '1072', /does not tell the series of one animal from those of others/],
    ['--no-location', 'drop', /does not say which columns are a location/],
    ['--outliers', 'drop', /does not read the column visible/],
  ])('has nothing to choose rows by for %s, and says so', async (flag, value, sentence) => {
    const { code, stderr } = await skein(['load', GEESE, '--mapping', 'tutorial', '--dry-run', flag, value]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
  });

  it('is meant by the word, whatever files there are, and a path is a file', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'tutorial'), 'no mapping');
    const inspect = (mapping: string): string =>
      execFileSync(process.execPath, ['--', MAIN, 'inspect', EXPORT, '--mapping', mapping], { cwd, encoding: 'utf8', stdio: 'pipe' });
    expect(inspect('tutorial')).toContain('written to the measurement migration');
    expect(() => inspect('./tutorial')).toThrow(/The mapping file \.\/tutorial cannot be read/);
    expect(() => inspect('turorial')).toThrow(/no mapping file turorial\. The mapping that is built in is called tutorial/);
  });
});

describe.skipIf(!hasInfluxdb1)("a real InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());

  it("holds the tutorial's points, empty texts too, and is verified", async () => {
    const to = ['--to', server.url, '--bucket', 'geese', '--create-bucket', '--json', '--quiet'];
    const { code, stdout } = await skein(['load', GEESE, '--mapping', 'tutorial', ...to]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      points: 20_514,
      duplicates: 474,
      verification: { verified: true, series: 1, countedBy: ['event-id'], compared: 50 },
    });
    const empty = await server.query('SELECT count("event-id") FROM migration WHERE "manually-marked-outlier" = \'\'', 'geese');
    expect(empty[0]?.values[0]?.[1]).toBeGreaterThan(20_000);
  });
});

describe('a mapping file', () => {
  const CSV = 'timestamp,colour,location-lat,remark\n2014-05-01 12:00:00.000,red,1.0,\n2014-05-01 12:00:00.000,red,2.0,NA\n';
  const mapping = { measurement: 'm', time: { column: 'timestamp' }, fields: [{ column: 'location-lat', key: 'lat', type: 'float' }] };

  it('may give every point a tag, which is sorted among the others and escaped', async () => {
    const tags = [{ column: 'colour' }, { key: 'dup', value: 'a, b=c' }, { key: 'a', value: 'first' }];
    const { lines } = await linesOf(written('export', CSV, '.csv'), '--mapping', written('mapping', { ...mapping, tags }));
    expect(lines).toEqual([
      'm,a=first,colour=red,dup=a\\,\\ b\\=c lat=1.0 1398945600000',
      'm,a=first,colour=red,dup=a\\,\\ b\\=c,dup_2=1 lat=2.0 1398945600000',
    ]);
  });

  it('may keep missing text as it stands, and say which row of a time is written', async () => {
    const fields = [...mapping.fields, { column: 'remark', type: 'text' }];
    const load = (more: object) =>
      linesOf(written('export', CSV, '.csv'), '--mapping', written('mapping', { ...mapping, fields, ...more }));
    expect((await load({ duplicates: 'first' })).lines).toEqual(['m lat=1.0 1398945600000']);
    expect((await load({ duplicates: 'first', missingText: 'keep' })).lines).toEqual(['m lat=1.0,remark="" 1398945600000']);
    expect((await load({ duplicates: 'last', missingText: 'keep' })).lines).toEqual(['m lat=2.0,remark="NA" 1398945600000']);
  });

  it.each([
    ['neither a column nor a value', [{ key: 'a' }], /tags\[0\]: a tag has a column, or a key and a value/],
    ['both a column and a value', [{ column: 'colour', value: 'a' }], /tags\[0\]: a tag has a column, or a key and a value/],
    ['a key that a column has', [{ key: 'lat', value: 'a' }], /the key "lat" is used twice/],
  ])('is refused for a tag with %s', async (_, tags, sentence) => {
    const file = written('mapping', { ...mapping, tags });
    const { code, stderr } = await skein(['inspect', written('export', CSV, '.csv'), '--mapping', file]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
  });
});
