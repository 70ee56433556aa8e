// An export is loaded from whatever it lies in, as if it lay there as a CSV; and
// what is not whole is not loaded, and leaves nothing behind.

import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { randomFrom } from '../fixtures/random.ts';
import { SkeinError } from '../src/errors.ts';
import { stateDirectory } from '../src/load/state-directory.ts';
import { download } from '../src/source/download.ts';
import { openSource } from '../src/source/open-source.ts';
import { RangeReader } from '../src/source/range-reader.ts';
import { stemOf } from '../src/source/source-name.ts';
import { SpoolFile } from '../src/source/spool-file.ts';
import { hasOpenssl, makeCertificates } from './support/certificates.ts';
import { type FileServer, type FileServerOptions, startFileServer } from './support/file-server.ts';
import { LITTLE_SPACE } from './support/little-space.ts';
import { gzipMember, gzipMembers, withField, type ZippedFile, zip } from './support/packed.ts';
import { linesIn, type Run, startSkein, temporaryDirectory } from './support/skein.ts';

/** Several chunks for two workers. */
const CHUNKS = ['--workers', '2', '--chunk-bytes', '100000'];
/** With fewer of them it is not packed, as far as anyone can tell. */
const MAGIC_BYTES = 4;
const LICENCE = 'These data may be used for any purpose.\n';
const SMALL = 'event-id,timestamp,location-lat,location-long\n1,2014-05-01 12:00:00.000,53.0,6.5\n';

/** An export with rows that are rejected and rows that share a time, and the lines that it becomes as a plain CSV. */
let csv: Buffer;
let lines: string[];
let books: Record<string, unknown>;
/** Made for each run of the command; whatever is there afterwards was left behind. */
let temporary: string;
/** What `openedText` reads. */
let packed: string | undefined;

beforeAll(async () => {
  csv = Buffer.from([...generateExport({ rows: 4000, animals: 4, seed: 3, flaws: { noTime: 9, collision: 12, duplicate: 20 } })].join(''));
  const file = written('export.csv', csv);
  const out = join(temporaryDirectory(), 'out');
  const { code, stdout } = await run(['load', file, '--to', out, '--json', ...CHUNKS]);
  expect(code).toBe(0);
  lines = linesIn(out);
  books = booksIn(stdout);
});

describe('a packed export is read as the CSV in it', () => {
  const gzips: [what: string, pack: () => Buffer][] = [
    ['one member', () => gzipSync(csv)],
    ['several members', () => gzipMembers(csv, 300_000)],
    ['thousands of small members', () => gzipMembers(csv, 200)],
    ['members of every size', () => Buffer.concat([gzipMembers(csv.subarray(0, 300_000), 40_000), gzipSync(csv.subarray(300_000))])],
    ['a member that holds nothing', () => Buffer.concat([gzipSync(''), gzipSync(csv), gzipSync('')])],
    ['a file name in its header', () => gzipMember(csv, 8)],
    ['a comment that is longer than the first look', () => gzipMember(csv, 16)],
    ['all that a header may have', () => gzipMember(csv, 30)],
    ['zeros behind it, as on a tape', () => Buffer.concat([gzipSync(csv), Buffer.alloc(100_000)])],
  ];
  it.each(gzips)('gzip: %s', async (_, pack) => {
    expect(await openedText(pack())).toBe(csv.toString());
  });

  const zips: [what: string, files: () => ZippedFile[]][] = [
    ['Deflate', () => [{ name: 'export.csv', content: csv }]],
    ['Stored', () => [{ name: 'export.csv', content: csv, stored: true }]],
    ['Zip64', () => [{ name: 'export.csv', content: csv, zip64: true }]],
    [
      'beside a licence and a readme, in a folder',
      () => [
        { name: 'study/readme.txt', content: LICENCE },
        { name: 'study/Geese, all.CSV', content: csv },
        { name: 'study/licence.txt', content: LICENCE },
      ],
    ],
    ['alone, whatever its name', () => [{ name: 'data.txt', content: csv }]],
    ['under a path that leads elsewhere', () => [{ name: '../../../../tmp/export.csv', content: csv }]],
    [
      'beside what macOS adds',
      () => [
        { name: 'export.csv', content: csv },
        { name: '__MACOSX/._export.csv', content: 'Mac OS X' },
      ],
    ],
  ];
  it.each(zips)('zip: %s', async (_, files) => {
    expect(await openedText(await zip(files()))).toBe(csv.toString());
  });

  it.each([
    ['gzip', async () => gzipSync(csv)],
    ['zip', () => zip([{ name: 'export.csv', content: csv }])],
  ])('and becomes the same lines and books, whatever its name: %s', async (kind, pack) => {
    await expectLoaded(written(`export.${kind}`, await pack()));
    await expectLoaded(written('export.csv', await pack()));
  });

  it('by inspect too', async () => {
    const { stdout } = await run(['inspect', written('export.csv.gz', gzipSync(csv)), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 4000, bytes: csv.length });
  });
});

describe('a packed file that cannot be loaded ends in a sentence, with nothing loaded and nothing left', () => {
  const damage = (bytes: Buffer, at: number, value: number): Buffer => {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt32LE(value, at < 0 ? bytes.length + at : at);
    return damaged;
  };
  const member = gzipMember(Buffer.from(SMALL));
  const twoFiles: ZippedFile[] = [
    { name: 'a.csv', content: SMALL },
    { name: 'b.csv', content: SMALL },
  ];
  const oneFile: ZippedFile[] = [{ name: 'a.csv', content: SMALL }];
  const cases: [what: string, pack: () => Buffer | Promise<Buffer>, sentence: RegExp][] = [
    ['gzip with another checksum', () => damage(member, -8, 1), /is damaged: the checksum at byte \d+ is not/],
    ['gzip with another length', () => damage(member, -4, 1), /is damaged: the length at byte \d+ is not/],
    [
      'gzip with something behind it',
      () => Buffer.concat([member, Buffer.from('<html>')]),
      new RegExp(`what begins at byte ${member.length}, behind the packed data, is no gzip`),
    ],
    [
      'gzip with zeros and then a member behind it',
      () => Buffer.concat([member, Buffer.alloc(50), member]),
      new RegExp(`what begins at byte ${member.length + 50}, behind`),
    ],
    [
      'gzip whose second member is cut',
      () => Buffer.concat([member, member.subarray(0, 40)]),
      new RegExp(`ends early, at byte ${member.length + 40}: it was not downloaded or copied whole`),
    ],
    ['gzip of another method', () => Buffer.concat([member, damage(member, 0, 0x00078b1f)]), /is packed in a way that is not known/],
    ['gzip in gzip', () => gzipSync(member), /is packed twice\. Unpack it once yourself/],
    ['gzip in zip', () => zip([{ name: 'a.csv.gz', content: member }]), /is packed twice/],
    ['zip in zip, as in a bomb', async () => zip([{ name: 'a.zip', content: await zip(oneFile) }]), /is packed twice/],
    ['gzip of a web page', () => gzipSync('<!DOCTYPE html><html></html>'), /is a web page/],
    ['gzip of nothing', () => gzipSync(''), /is empty: 0 bytes/],
    ['gzip of UTF-16', () => gzipSync(Buffer.from(SMALL, 'utf16le')), /is UTF-16 text\..* export\.csv > export\.utf8\.csv/],
    ['zip with two CSVs', () => zip(twoFiles), /holds 2 CSV files: a\.csv, b\.csv\. Unpack it and name the one that you mean\./],
    [
      'zip with two files of which none is a CSV',
      () => zip(twoFiles.map((file, i) => ({ ...file, name: `${i}.txt` }))),
      /holds no CSV file; it holds 0\.txt, 1\.txt/,
    ],
    ['zip with nothing in it', () => zip([]), /holds no CSV file\./],
    ['an Excel workbook', () => zip([{ name: '[Content_Types].xml', content: '<x/>' }, ...oneFile]), /is an Excel workbook .*CSV UTF-8/],
    ['zip that is encrypted', async () => withField(await zip(oneFile), 'flags', 1), /holds a\.csv encrypted\. Unpack it yourself/],
    [
      'zip of bzip2',
      async () => withField(await zip(oneFile), 'method', 12),
      /holds a\.csv packed with bzip2, of which Skein knows Deflate and/,
    ],
    ['zip of a method without a name', async () => withField(await zip(oneFile), 'method', 77), /packed with method 77/],
    [
      'zip with another checksum',
      async () => withField(await zip(oneFile), 'crc', 1),
      /is damaged: its checksum is not that of what is in it/,
    ],
    ['zip with more in it than it says', async () => withField(await zip(oneFile), 'size', 10), /there is more of it than the 10 bytes/],
    [
      'zip with less in it than it says',
      async () => withField(await zip(oneFile), 'size', 100),
      /there are 81 bytes of it where it says 100/,
    ],
    [
      'zip that says what Deflate cannot hold',
      async () => withField(await zip(oneFile), 'size', 4e9),
      /it cannot be 4000000000 bytes of \d\d/,
    ],
    [
      'zip with an entry beyond its end',
      async () => withField(await zip(oneFile), 'packedSize', 1e6),
      /is no whole zip archive: file data overflows file bounds/,
    ],
    ['a beginning of a zip', async () => (await zip(oneFile)).subarray(0, 60), /is no whole zip archive: .*Download or copy it again/],
  ];
  it.each(cases)('%s', async (_, pack, sentence) => {
    await expect(openedText(await pack())).rejects.toThrow(sentence);
    await expect(openedText(await pack())).rejects.toMatchObject({ code: 'source' });
  });

  it('as the command does', async () => {
    await expectRefused([written('export.csv.gz', gzipSync(csv).subarray(0, 100_000))], /ends early, at byte 100000/);
    await expectRefused([written('export.zip', (await zip(twoFiles)).subarray(0, 60))], /is no whole zip archive/);
  });

  it('gzip and zip that are cut at any byte', async () => {
    const content = Buffer.from(SMALL.repeat(2));
    for (const whole of [gzipMember(content, 14), gzipMembers(content, 100), await zip([{ name: 'a.csv', content }])]) {
      for (let length = MAGIC_BYTES; length < whole.length; length++) {
        // Between two members is an end, too.
        const isWhole = whole.subarray(length, length + 2).equals(Buffer.from([0x1f, 0x8b]));
        expect(await openedOrRefused(whole.subarray(0, length)), `at ${length}`).toEqual(isWhole ? expect.any(String) : undefined);
      }
      expect(await openedOrRefused(whole)).toBe(content.toString());
    }
  });

  it('gzip and zip in which any byte is another one become the same CSV or none', async () => {
    const random = randomFrom(8);
    const content = Buffer.from(SMALL.repeat(3));
    const files: ZippedFile[] = [
      { name: 'a.csv', content },
      { name: 'readme', content: LICENCE, stored: true },
    ];
    for (const whole of [gzipMember(content, 14), gzipMembers(content, 100), await zip(files)]) {
      for (let at = 0; at < whole.length; at++) {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ (1 + Math.floor(random() * 255));
        const found = await openedOrRefused(changed);
        // Zeros may follow a member, and nothing is known of what was there.
        if (found !== undefined) expect(found, `byte ${at}`).toBe(content.toString());
      }
    }
  });
});

describe('the room for what is unpacked', () => {
  const environment = (freeMb: string): Record<string, string> => ({
    SKEIN_TEST_FREE_MB: freeMb,
    NODE_OPTIONS: `--import ${LITTLE_SPACE}`,
  });

  it.each([
    ['gzip', async () => gzipSync(csv)],
    ['zip', () => zip([{ name: 'export.csv', content: csv }])],
  ])('is looked at before anything is unpacked: %s', async (_, pack) => {
    const file = written('export', await pack());
    const sentence = /takes 1 MB or more in \S+ while it is read, and 68 MB are free there\. Make room, or name another folder with TMPDIR/;
    await expectRefused([file], sentence, { code: 5, environment: environment('67.2') });
  });

  it('is looked at again while more comes than was said', async () => {
    const rows = Buffer.concat(Array.from({ length: 60 }, () => csv));
    const file = written('export.csv.gz', Buffer.concat([gzipSync(rows), gzipSync('')]));
    const sentence = /does not fit into \S+, where it is put while it is read: after \d\d MB of it no more than 60 MB are free there/;
    await expectRefused([file], sentence, { code: 5, environment: environment('900,900,60') });
  });

  it('is in the folder that TMPDIR names, for its owner alone', async () => {
    const { child, ended } = start(['inspect', '-']);
    child.stdin?.write(csv.subarray(0, 1000));
    const { link, mode } = await spoolOf(child.pid ?? 0);
    expect(link).toMatch(new RegExp(`^${temporary}/skein-\\S+ \\(deleted\\)$`));
    expect((mode & 0o777).toString(8)).toBe('600');
    child.stdin?.end(csv.subarray(1000));
    expect((await ended).code).toBe(0);
    const { code, stderr } = await startSkein(['inspect', '-'], { TMPDIR: '/no/such/folder' }).ended;
    expect([code, stderr]).toEqual([5, expect.stringMatching(/is put into \/no\/such\/folder while it is read, and that failed: ENOENT/)]);
  });
});

describe('a run that ends while it unpacks leaves nothing', () => {
  /** Takes a few seconds to unpack. */
  let large: string;
  beforeAll(() => {
    const rows = gzipSync(Buffer.concat(Array.from({ length: 40 }, () => csv.subarray(csv.indexOf('\n') + 1))), { level: 1 });
    large = written('large.csv.gz', Buffer.concat([gzipSync(csv), ...Array.from({ length: 60 }, () => rows)]));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', null],
    ['SIGHUP', null],
  ] as const)('by %s', async (signal, code) => {
    const out = join(temporaryDirectory(), 'out');
    const { child, ended } = start(['load', large, '--to', out]);
    await spoolOf(child.pid ?? 0);
    child.kill(signal);
    const run = await ended;
    expect(run.code, run.stderr).toBe(code);
    if (code !== null) expect(run.stderr).toContain('Stopped before all of the source was there; nothing was written.');
    expect([existsSync(out), readdirSync(temporary)]).toEqual([false, []]);
  });
});

describe('standard input', () => {
  it.each([
    ['a CSV', async () => csv],
    ['gzip', async () => gzipMembers(csv, 300_000)],
    ['zip', () => zip([{ name: 'export.csv', content: csv }])],
  ])('is loaded as the file would be: %s', async (_, pack) => {
    await expectLoaded('-', await pack());
  });

  it('may come in single bytes', async () => {
    const pieces = Readable.from([...Buffer.from(SMALL)].map((byte) => Buffer.from([byte])));
    const { child, ended } = start(['inspect', '-', '--json']);
    await pipeline(pieces, child.stdin as NonNullable<typeof child.stdin>);
    expect(JSON.parse((await ended).stdout)).toMatchObject({ sources: [{ source: 'standard input' }], rows: 1, bytes: SMALL.length });
  });

  it('goes to stdin.skein, and is refused by its words', async () => {
    const directory = temporaryDirectory();
    const cwd = process.cwd();
    process.chdir(directory);
    try {
      expect((await run(['load', '-'], csv)).code).toBe(0);
    } finally {
      process.chdir(cwd);
    }
    expect(linesIn(join(directory, 'stdin.skein'))).toEqual(lines);
    expect((await run(['load', '-'], Buffer.alloc(0))).stderr).toMatch(/standard input is empty/);
    expect((await run(['load', '-'], Buffer.from('<html>'))).stderr).toMatch(/standard input is a web page/);
  });

  it('that never ends is stopped by a signal', async () => {
    const { child, ended } = start(['load', '-', '--to', join(temporaryDirectory(), 'out')]);
    child.stdin?.write(csv.subarray(0, 1000));
    await spoolOf(child.pid ?? 0);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
  });
});

describe('a URL', () => {
  let server: FileServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const serve = async (options: Partial<FileServerOptions> = {}): Promise<FileServer> => {
    server = await startFileServer({ content: csv, ...options });
    return server;
  };

  it('is loaded as the file would be', async () => {
    const { url, requests } = await serve({ content: gzipSync(csv) });
    await expectLoaded(`${url}/direct-read?study_id=1`);
    expect(requests).toEqual([{ url: '/direct-read?study_id=1', headers: expect.objectContaining({ 'accept-encoding': 'identity' }) }]);
  });

  it('may be of a CSV, a zip, and of what has no length', async () => {
    const archive = await zip([{ name: 'export.csv', content: csv }]);
    for (const options of [{}, { content: archive }, { chunked: true }]) {
      const { url, close } = await startFileServer({ content: csv, ...options });
      expect(await textAt(url)).toBe(csv.toString());
      await close();
    }
  });

  it('goes on where the connection broke', async () => {
    const { url, requests } = await serve({ cuts: [300_000, 200_000] });
    expect(await textAt(url)).toBe(csv.toString());
    expect(requests.map(({ headers }) => headers['if-range'])).toEqual([undefined, '"one"', '"one"']);
    expect(requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      ...[1, 2].map(() => expect.stringMatching(/^bytes=[1-9]\d*-$/)),
    ]);
  });

  const begunAgain: [what: string, options: Partial<FileServerOptions>, range: RegExp | undefined][] = [
    ['has another ETag', { later: Buffer.from(SMALL) }, /./],
    ['has another time', { later: Buffer.from(SMALL), lastModified: true }, /./],
    ['cannot be told by its weak ETag', { later: Buffer.from(SMALL), etag: 'W/"same"' }, undefined],
    ['has no ETag and no time', { later: Buffer.from(SMALL), etag: '' }, undefined],
    ['is given whole, as no Range is known there', { later: Buffer.from(SMALL), ranges: 'ignored' }, /./],
  ];
  it.each(begunAgain)('is read from the start again, not stitched, when the file %s', async (_, options, range) => {
    const { url, requests } = await serve({ cuts: [300_000], ...options });
    expect(await textAt(url)).toBe(SMALL);
    expect(requests.at(-1)?.headers.range ?? '').toMatch(range ?? /^$/);
  });

  it('is asked for whole when the rest that comes is not the one that was asked for', async () => {
    const { url, requests } = await serve({ cuts: [300_000], ranges: 'wrong' });
    expect(await textAt(url)).toBe(csv.toString());
    expect(requests).toHaveLength(3);
  });

  it('is tried again when the server is busy, as it asks for', async () => {
    const { url } = await serve({ first: [{ status: 503, headers: { 'retry-after': '1' } }, { status: 429 }] });
    expect(await textAt(url)).toBe(csv.toString());
  });

  it('is followed where it redirects to, and the token stays with the server it is for', async () => {
    const other = await startFileServer({ content: csv });
    const { url, requests } = await serve({
      first: [
        { status: 302, headers: { location: '/there' } },
        { status: 307, headers: { location: `${other.url}/export.csv` } },
      ],
    });
    await expectLoaded(url, undefined, { SKEIN_SOURCE_TOKEN: 'me:hush-hush' });
    await other.close();
    const basic = `Basic ${Buffer.from('me:hush-hush').toString('base64')}`;
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
    expect(other.requests.map((request) => [request.url, request.headers.authorization])).toEqual([['/export.csv', undefined]]);
  });

  const refused: [what: string, first: FileServerOptions['first'], sentence: RegExp][] = [
    ['redirects for ever', Array.from({ length: 30 }, () => ({ status: 302, headers: { location: '/' } })), /redirects more than 10 times/],
    ['redirects to a file', [{ status: 302, headers: { location: 'file:///etc/passwd' } }], /redirects to where Skein does not follow/],
    ['wants a login', [{ status: 401 }], /may not be read \(the server answers 401\).*SKEIN_SOURCE_TOKEN/],
    ['is not there', [{ status: 404 }], /There is nothing at http:\S+ \(the server answers 404\)/],
    ['is not ready yet', [{ status: 202 }], /answers 202 instead of a file/],
    [
      "is Movebank's licence terms",
      [{ status: 200, body: 'The requested download may contain copyrighted material. You may only download it if you agree <p>' }],
      /is Movebank's licence page, not data\. Accept the study's licence terms/,
    ],
    ['is a web page', [{ status: 200, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><html>Log in' }], /is a web page/],
  ];
  it.each(refused)('ends in a sentence when it %s', async (_, first, sentence) => {
    const { url } = await serve({ first });
    const message = await textAt(`${url}/data?secret=hush-hush`).catch(({ message }: SkeinError) => message);
    expect(message).toMatch(sentence);
    expect(message).not.toContain('hush');
  });

  it('that stalls is given up at once on a signal', async () => {
    const { url } = await serve({ stallsAfter: 1000 });
    const { child, ended } = start(['load', url, '--to', join(temporaryDirectory(), 'out')]);
    await spoolOf(child.pid ?? 0);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('Stopped before all of the source was there')]);
  });

  it('ends in a sentence when nobody is there', async () => {
    await expectRefused(['http://127.0.0.1:9/a.csv'], /http:\/\/127\.0\.0\.1:9\/a\.csv cannot be reached: .*Check the URL and the network/);
  });

  it('is given up when six attempts in a row get no further', async () => {
    const { url, requests } = await serve({ cuts: Array.from({ length: 50 }, () => 1000), ranges: 'ignored' });
    const spool = new SpoolFile({ name: url, check: () => {}, signal: undefined });
    const given = download(url, spool, { token: undefined, signal: undefined, onProgress: () => {}, firstWaitMs: 1 });
    await expect(given).rejects.toThrow(
      /could not be downloaded: 6 attempts in a row came no further than byte \d+, and the last one ended so: /,
    );
    expect(requests.length).toBeLessThan(10);
    spool.close();
  });

  it.each([['http://me:hush-hush@127.0.0.1:9/a.csv'], ['http://hush-hush@[bad']])(
    'with credentials in it is not used and not repeated',
    async (url) => {
      const stderr = await expectRefused([url], /Credentials do not belong into a URL.*SKEIN_SOURCE_TOKEN|The URL cannot be read/, {
        code: 2,
      });
      expect(stderr).not.toContain('hush');
    },
  );

  it('leaves nothing of its query, where secrets may be, in the output and the journal', async () => {
    const { url } = await serve();
    const out = join(temporaryDirectory(), 'out');
    const { stdout, stderr } = await run(['load', `${url}/a.csv?key=hush-hush#hush`, '--to', out]);
    const files = readdirSync(out).filter((name) => !name.endsWith('.gz'));
    expect([stdout, stderr, ...files.map((name) => readFileSync(join(out, name), 'utf8'))].join()).not.toContain('hush');
    expect(JSON.parse(readFileSync(join(out, 'journal.ndjson'), 'utf8').split('\n')[0] ?? '').sources[0].path).toBe(`${url}/a.csv`);
  });

  it.skipIf(!hasOpenssl)('has its certificate verified, whatever the environment says', async () => {
    const { caFile, ...tls } = makeCertificates('IP:127.0.0.1');
    const { url } = await serve({ tls });
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' };
    await expectRefused([url, '--ca-file', caFile], /cannot be reached: .*NODE_EXTRA_CA_CERTS/, { environment });
    await expectLoaded(url, undefined, { NODE_EXTRA_CA_CERTS: caFile });
  });

  it.skipIf(!hasOpenssl)('is not followed from https:// to http://', async () => {
    const { caFile, ...tls } = makeCertificates('IP:127.0.0.1');
    const { url } = await serve({ tls, first: [{ status: 301, headers: { location: 'http://127.0.0.1:9/' } }] });
    await expectRefused([url], /redirects from https:\/\/ to http:\/\//, { environment: { NODE_EXTRA_CA_CERTS: caFile } });
  });
});

describe('the same command again goes on where a load was, when the content is the same', () => {
  /** Load, then forget the end of the journal, as after a kill. */
  const interrupt = async (source: string, out: string, stdin?: Buffer): Promise<void> => {
    expect((await run(['load', source, '--to', out, ...CHUNKS], stdin)).code).toBe(0);
    const journal = join(out, 'journal.ndjson');
    writeFileSync(journal, readFileSync(journal, 'utf8').split('\n').slice(0, 4).join('\n').concat('\n'));
  };
  const expectGoneOn = async (source: string, out: string, stdin?: Buffer): Promise<void> => {
    const { code, stdout, stderr } = await run(['load', source, '--to', out, '--json'], stdin);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).resumedRows).toBeGreaterThan(0);
    expect(linesIn(out)).toEqual(lines);
  };
  const expectOther = async (source: string, out: string, stdin?: Buffer): Promise<void> => {
    const { code, stderr } = await run(['load', source, '--to', out], stdin);
    expect([code, stderr]).toEqual([4, expect.stringContaining('holds an earlier load, and the file has changed since')]);
  };

  it('of a packed file', async () => {
    const out = join(temporaryDirectory(), 'out');
    const file = written('export.csv.gz', gzipSync(csv));
    await interrupt(file, out);
    await expectGoneOn(file, out);
    utimesSync(file, 1, 1);
    await expectOther(file, out);
  });

  it('of a pipe', async () => {
    const out = join(temporaryDirectory(), 'out');
    await interrupt('-', out, csv);
    const changed = Buffer.from(csv);
    // One digit in the middle of the file, where no sample would find it.
    const at = changed.indexOf('.', Math.floor(changed.length * 0.51)) + 1;
    changed[at] = changed[at] === 0x31 ? 0x32 : 0x31;
    await expectOther('-', out, changed);
    // Packed or not is all the same.
    await expectGoneOn('-', out, gzipSync(csv));
  });

  it('of a URL, whatever its query and its ETag', async () => {
    const out = join(temporaryDirectory(), 'out');
    const server = await startFileServer({ content: csv, later: gzipSync(csv) });
    await interrupt(`${server.url}/a.csv?signature=1`, out);
    await expectGoneOn(`${server.url}/a.csv?signature=2`, out);
    await server.close();
  });
});

it('the state of a load into a server belongs to a file, or to the content where there is none', () => {
  const target = { kind: 'directory', path: '/out' } as const;
  const stateOf = (path: string, mtimeMs: number, hash?: string): string =>
    stateDirectory([{ path, size: 1, mtimeMs, ...(hash === undefined ? {} : { spool: { fd: 0, hash } }) }], target);
  expect(stateOf('standard input', 0, 'a')).toBe(stateOf('standard input', 0, 'a'));
  expect(stateOf('standard input', 0, 'a')).not.toBe(stateOf('standard input', 0, 'b'));
  expect(stateOf('/export.csv.gz', 1, 'a')).toBe(stateOf('/export.csv.gz', 2, 'b'));
  expect(stateOf('/export.csv.gz', 1, 'a')).toBe(stateOf('/export.csv.gz', 1));
});

it('the folder of a load is named after the export, without what it is packed in', () => {
  const named: [source: string, stem: string][] = [
    ['data/export.csv', 'export'],
    ['data/export.csv.gz', 'export'],
    ['Geese 2014.ZIP', 'Geese 2014'],
    ['export.gz', 'export'],
    ['export.tsv', 'export.tsv'],
    ['-', 'stdin'],
    ['https://example.org/a/export.csv.zip?x=/b.csv', 'export'],
    ['https://example.org/service/direct-read?study_id=1', 'direct-read'],
    ['https://example.org/', 'example.org'],
    ['https://example.org/a/%2e%2e/..%2fb', '..%2fb'],
  ];
  expect(named.map(([source]) => [source, stemOf(source)])).toEqual(named);
});

function written(name: string, content: string | Uint8Array): string {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, content);
  return file;
}

/** Start a command that has a folder for temporary files of its own. */
function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ReturnType<typeof startSkein> {
  temporary = join(temporaryDirectory(), 'tmp');
  mkdirSync(temporary);
  return startSkein(args, { ...environment, TMPDIR: temporary });
}

async function run(args: readonly string[], stdin?: Buffer, environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const { child, ended } = start(args, environment);
  // It may end before it has read all.
  child.stdin?.on('error', () => {}).end(stdin);
  const finished = await ended;
  expect(readdirSync(temporary), 'nothing is left of what was unpacked').toEqual([]);
  return finished;
}

async function expectLoaded(source: string, stdin?: Buffer, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const out = join(temporaryDirectory(), 'out');
  const { code, stdout, stderr } = await run(['load', source, '--to', out, '--json', ...CHUNKS], stdin, environment);
  expect([code, stderr.replace(/^.*Warning.*\n/gm, '')]).toEqual([0, '']);
  expect(booksIn(stdout)).toEqual(books);
  expect(linesIn(out)).toEqual(lines);
}

/** @returns the sentence */
async function expectRefused(
  args: readonly string[],
  sentence: RegExp,
  { code = 3, environment = {} }: { code?: number; environment?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const out = join(temporaryDirectory(), 'out');
  const found = await run(['load', ...args, '--to', out], undefined, environment);
  expect([found.code, found.stdout], found.stderr).toEqual([code, '']);
  expect(found.stderr).toMatch(sentence);
  expect(found.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(out), 'nothing was written').toBe(false);
  return found.stderr;
}

function booksIn(json: string): Record<string, unknown> {
  const { rows, points, duplicates, rejected, filtered, balanced, bytes, rejectedByReason, collisions } = JSON.parse(json);
  return { rows, points, duplicates, rejected, filtered, balanced, bytes, rejectedByReason, collisions };
}

/** What is in a packed file, read as the workers do. */
async function openedText(bytes: Uint8Array): Promise<string> {
  packed ??= written('export', '');
  writeFileSync(packed, bytes);
  return textAt(packed);
}

async function textAt(source: string): Promise<string> {
  const { identity, close } = await openSource(source);
  const content = Buffer.alloc(identity.size);
  const reader = await RangeReader.open(identity);
  await reader.read(content, 0);
  await reader.close();
  close();
  return content.toString();
}

/** @returns undefined if it is refused */
async function openedOrRefused(bytes: Uint8Array): Promise<string | undefined> {
  return openedText(bytes).catch((error: unknown) => {
    if (error instanceof SkeinError && error.code === 'source') return undefined;
    throw error;
  });
}

/** What the command has open in its folder for temporary files, as soon as that is so. */
async function spoolOf(pid: number): Promise<{ link: string; mode: number }> {
  for (;;) {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      try {
        const path = `/proc/${pid}/fd/${fd}`;
        const link = readlinkSync(path);
        // Until then it is about to lose its name.
        if (link.startsWith(temporary) && link.endsWith(' (deleted)')) return { link, mode: statSync(path).mode };
      } catch {
        // Closed meanwhile.
      }
    }
    await sleep(5);
  }
}
