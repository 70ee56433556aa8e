// Bad input ends in one sentence that says what, where and what to do, with the
// right exit code, and before anything is written.

import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GEESE, skein, temporaryDirectory } from './support/skein.ts';

const ROWS = 'event-id,timestamp,location-lat,location-long\n1,2014-05-01 12:00:00.000,53.0,6.5\n';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000ff', 'hex');

describe('a source that cannot be loaded', () => {
  const cases: [what: string, name: string, content: string | Uint8Array, sentence: RegExp][] = [
    ['an empty file', 'a.csv', '', /a\.csv is empty: 0 bytes/],
    ['a header without rows', 'a.csv', 'event-id,timestamp\n', /a\.csv holds a header and no rows/],
    ['a header and blank lines', 'a.csv', 'event-id,timestamp\r\n\r\n\n', /holds a header and no rows/],
    ['blank lines only', 'a.csv', '\n\r\n\n', /holds no line of text/],
    [
      'a header without a timestamp',
      'a.csv',
      'event-id,when\n1,2\n',
      /has no column timestamp; its columns are: event-id, when\. .*--mapping/,
    ],
    [
      'reference data',
      'a.csv',
      'tag-id,animal-id,animal-taxon,deploy-on-date\n1,2,x,2018-05-04\n',
      /is Movebank reference data .* Load the export of the events/,
    ],
    [
      'a licence page',
      'a.csv',
      'The requested download may contain copyrighted material. <p>',
      /is Movebank's licence page, not data\. Accept/,
    ],
    ['a web page', 'a.csv', '<!DOCTYPE html><html><body>Log in</body></html>', /is a web page/],
    [
      'a git-LFS pointer',
      'a.csv',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1234\nsize 12\n',
      /is a git-LFS pointer.*git lfs pull/,
    ],
    ['UTF-16 with a byte order mark', 'a.csv', Buffer.from(`\ufeff${ROWS}`, 'utf16le'), /is UTF-16 text\..*iconv -f UTF-16/],
    ['UTF-16 without one', 'a.csv', Buffer.from(ROWS, 'utf16le'), /is UTF-16 text/],
    [
      'Latin-1',
      'a.csv',
      Buffer.from(ROWS.replace('6.5', 'Zürich'), 'latin1'),
      /is not UTF-8 text\..*iconv -f WINDOWS-1252 -t UTF-8 .*a\.csv > a\.utf8\.csv/,
    ],
    ['line ends of CR alone', 'a.csv', ROWS.replaceAll('\n', '\r'), /ends its lines with CR alone\..*tr /],
    ['zstd by its bytes, whatever its name', 'a.csv', Buffer.from('28b52ffd0458', 'hex'), /is zstd-compressed\. Unpack it first: unzstd/],
    ['a picture', 'a.csv', PNG, /is not UTF-8 text/],
    ['a header of more than 1 MiB', 'a.csv', `timestamp,${'x'.repeat(1 << 20)}\n${ROWS}`, /first row of more than 1 MiB/],
    ['ten million columns', 'a.csv', `timestamp${','.repeat(1_000_000)}\n`, /has 1000001 columns; more than 10000 are not read/],
    ['a header that is no CSV', 'a.csv', '"timestamp"x,b\n1,2\n', /first row that is no CSV/],
  ];
  it.each(cases)('%s', async (_, name, content, sentence) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, name), content);
    const { code, stdout, stderr } = await skein(['load', join(directory, name), '--to', join(directory, 'out')]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(directory)).toEqual([name]);
  });

  it('a file that is not there, a folder, a device', async () => {
    expect(await skein(['load', '/no/such.csv'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no file /no/such.csv'),
    });
    expect(await skein(['inspect', temporaryDirectory()])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('is a folder without a file. Name one that holds exports'),
    });
    expect(await skein(['inspect', '/dev/null'])).toMatchObject({ code: 3, stderr: expect.stringContaining('is no regular file') });
  });

  it('a file whose rows are all bad is loaded as such, with every row accounted for', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a.csv'), `${ROWS.split('\n')[0]}\n${'1,6/18/03 22:12:00,1.0,2.0\n'.repeat(18)}`);
    const { code, stdout } = await skein(['load', join(directory, 'a.csv'), '--to', join(directory, 'out'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 18, points: 0, rejected: 18, balanced: true });
  });

  it('a cell of many megabytes costs its line and nothing else', async () => {
    const directory = temporaryDirectory();
    const [header, row] = ROWS.split('\n') as [string, string];
    writeFileSync(join(directory, 'a.csv'), `${header}\n${row}\n2,"${'x'.repeat(20 << 20)}",1.0,2.0\n${row.replace('2014', '2015')}\n`);
    const { code, stdout } = await skein(['load', join(directory, 'a.csv'), '--to', join(directory, 'out'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 3, points: 2, rejected: 1, rejectedByReason: { 'unclosed-quote': 1 } });
  });

  it('NUL bytes and terminal escapes in cells do not reach the terminal', async () => {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, 'a.csv'),
      'timestamp,location-lat,location-long,individual-local-identifier,\u001b[31mred\n2014-05-01 12:00:00.000,1.0,2.0,"\u001b]0;title\u0007\u0000Ann",1\n',
    );
    const { code, stdout, stderr } = await skein(['inspect', join(directory, 'a.csv')]);
    expect(code).toBe(0);
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('a mapping file that is not right', () => {
  const mapping = { measurement: 'm', time: { column: 'timestamp' }, fields: [{ column: 'location-lat', type: 'float' }] };
  const cases: [what: string, content: string, sentence: RegExp][] = [
    ['is no JSON', '{', /cannot be read/],
    ['has an unknown word', JSON.stringify({ ...mapping, colour: 1 }), /Unrecognized key.*colour/],
    ['has a wrong type', JSON.stringify({ ...mapping, fields: [{ column: 'x', type: 'number' }] }), /fields\[0\]\.type: /],
    [
      'uses a key twice',
      JSON.stringify({ ...mapping, tags: [{ column: 'location-lat' }] }),
      /fields\[0\]: the key "location-lat" is used twice/,
    ],
    [
      'uses a name of InfluxDB',
      JSON.stringify({ ...mapping, tags: [{ column: 'x', key: '_field' }] }),
      /tags\[0\]\.key: .*keeps for itself/,
    ],
    [
      'names a time column that the file does not have',
      JSON.stringify({ ...mapping, time: { column: 'when' } }),
      /has no column when, which the mapping names as the time/,
    ],
  ];
  it.each(cases)('%s', async (_, content, sentence) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a.csv'), ROWS);
    writeFileSync(join(directory, 'mapping.json'), content);
    const { code, stderr } = await skein(['load', join(directory, 'a.csv'), '--mapping', join(directory, 'mapping.json'), '--dry-run']);
    expect([2, 3]).toContain(code);
    expect(stderr).toMatch(sentence);
  });
});

describe('a mistake on the command line', () => {
  const cases: [what: string, args: string[], sentence: RegExp][] = [
    [
      'an unknown flag names the nearest right one',
      ['load', GEESE, '--worker', '2'],
      /unknown option '--worker'\n\(Did you mean --workers\?\)/,
    ],
    ['an unknown command names the nearest right one', ['lod', GEESE], /unknown command 'lod'\n\(Did you mean load\?\)/],
    ['no file', ['load'], /missing required argument 'files'/],
    ['a number that is none', ['load', GEESE, '--workers', 'many'], /It takes a whole number from 1/],
    ['no workers', ['load', GEESE, '--workers', '0'], /It takes a whole number from 1/],
    ['a date that does not exist', ['load', GEESE, '--since', '2014-02-30'], /It takes a date like 2014-05-01/],
    ['a word that is not one of the choices', ['load', GEESE, '--no-location', 'maybe'], /Allowed choices are keep, drop/],
    [
      'an animal that the file does not have',
      ['load', GEESE, '--individual', 'Nobody', '--dry-run'],
      /has no individual Nobody\. It has: /,
    ],
    ['credentials in a URL', ['load', GEESE, '--to', 'http://me:secret@127.0.0.1:1'], /Credentials do not belong into a URL/],
    ['another kind of URL', ['load', GEESE, '--to', 'ftp://127.0.0.1'], /begins with http:\/\/ or https:\/\//],
    [
      'a server without http://',
      ['load', GEESE, '--to', 'localhost:8086'],
      /localhost:8086 looks like a server\. Say http:\/\/localhost:8086, .* a directory of that name is \.\/localhost:8086/,
    ],
    ['--to influx without a server', ['load', GEESE, '--to', 'influx'], /wants the server in INFLUX_URL or INFLUX_HOST/],
    [
      'an env file that is not there',
      ['load', GEESE, '--to', 'influx', '--env-file', '/no/.env'],
      /--env-file, \/no\/\.env, cannot be read/,
    ],
    [
      'a mapping that is not there',
      ['load', GEESE, '--mapping', '/no/mapping.json', '--dry-run'],
      /There is no mapping file \/no\/mapping\.json/,
    ],
  ];
  it.each(cases)('%s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await skein(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('secret');
  });

  it.each([[['--token', 'hush-hush']], [['--token=hush-hush']]])('a token is not taken and not repeated', async (args) => {
    const { code, stdout, stderr } = await skein(['load', GEESE, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain('INFLUX_TOKEN');
    expect(stdout + stderr).not.toContain('hush');
  });

  it('every flag of every command is explained', async () => {
    for (const command of ['load', 'replay', 'inspect']) {
      const { code, stdout } = await skein([command, '--help']);
      expect(code).toBe(0);
      const flags = stdout.split(/\n {2}(?=-)/).slice(1);
      for (const flag of flags.filter((text) => !text.includes('--help'))) expect(flag.replace(/\s+/g, ' ')).toMatch(/default: /);
    }
  });
});

describe('a destination that cannot be used', () => {
  it('a directory that holds something else is left alone', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'thesis.txt'), 'chapter 1');
    for (const more of [[], ['--fresh']]) {
      const { code, stderr } = await skein(['load', GEESE, '--to', directory, ...more]);
      expect([code, stderr]).toEqual([5, expect.stringContaining('is not empty and holds no Skein load (it has thesis.txt)')]);
    }
    expect(readdirSync(directory)).toEqual(['thesis.txt']);
  });

  it.skipIf(!existsSync('/proc/self'))('a place where no directory can be made (skipped where there is no /proc)', async () => {
    expect(await skein(['load', GEESE, '--to', '/proc/no/such/place'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('/proc/no/such/place could not be written'),
    });
  });

  it('a file where a directory should be', async () => {
    const file = join(temporaryDirectory(), 'out');
    writeFileSync(file, '');
    expect(await skein(['load', GEESE, '--to', file])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('is a file, not a directory'),
    });
  });

  it.skipIf(process.getuid?.() === 0)('a directory that may not be written to', async () => {
    const directory = join(temporaryDirectory(), 'locked');
    mkdirSync(directory);
    chmodSync(directory, 0o500);
    expect(await skein(['load', GEESE, '--to', join(directory, 'out')])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('may not write there'),
    });
  });
});
