// `skein load` into a directory: what it writes, what it says, what it leaves.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GEESE, linesIn, MAIN, skein, temporaryDirectory } from './support/skein.ts';

const HEADER = 'event-id,visible,timestamp,location-long,location-lat,heading,comments,sensor-type,individual-local-identifier';
const FIRST_MS = Date.parse('2014-05-01T12:00:00Z');
const row = (
  id: number,
  rest: Partial<Record<'visible' | 'time' | 'long' | 'lat' | 'heading' | 'comments' | 'individual', string>> = {},
): string =>
  [
    id,
    rest.visible ?? 'true',
    rest.time ?? new Date(FIRST_MS + id * 1000).toISOString().slice(0, 23).replace('T', ' '),
    rest.long ?? '6.5',
    rest.lat ?? '53.0',
    rest.heading ?? '10.5',
    rest.comments ?? '',
    '"gps"',
    rest.individual ?? '"Ann"',
  ].join(',');

function csv(...rows: string[]): string {
  const path = join(temporaryDirectory(), 'export.csv');
  writeFileSync(path, `${[HEADER, ...rows].join('\r\n')}\r\n`);
  return path;
}

async function loadLines(
  file: string,
  ...options: string[]
): Promise<{ lines: string[]; json: Record<string, unknown>; out: string; stderr: string }> {
  const out = join(temporaryDirectory(), 'out');
  const { code, stdout, stderr } = await skein(['load', file, '--to', out, '--json', '--quiet', ...options]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return { lines: linesIn(out), json: JSON.parse(stdout) as Record<string, unknown>, out, stderr };
}

describe('a line', () => {
  it('has sorted tags, digits as written, and the time in milliseconds', async () => {
    const { lines } = await loadLines(csv(row(1, { long: '6.5815290', heading: '-3.225048130870434E-4' })));
    expect(lines).toEqual([
      'movebank,individual_local_identifier=Ann,sensor_type=gps event_id=1i,visible=true,lon=6.5815290,lat=53.0,heading=-3.225048130870434E-4 1398945601000',
    ]);
  });

  it.each([
    ['numbers that line protocol does not take are mended', { heading: '+.5' }, 'event_id=1i,visible=true,lon=6.5,lat=53.0,heading=0.5'],
    ['R words for true and missing are read', { visible: 'FALSE', heading: 'NA' }, 'event_id=1i,visible=false,lon=6.5,lat=53.0'],
    ['a value that does not fit is kept as text', { heading: 'north' }, 'event_id=1i,visible=true,lon=6.5,lat=53.0,heading_text="north"'],
    ['half a location is left out', { long: '' }, 'event_id=1i,visible=true,heading=10.5'],
    ['a location off the Earth is left out', { lat: '90.001' }, 'event_id=1i,visible=true,heading=10.5'],
    ['the poles and the date line are on it', { lat: '-90', long: '180.0' }, 'event_id=1i,visible=true,lon=180.0,lat=-90,heading=10.5'],
    [
      'quotes and backslashes in text are escaped',
      { comments: '"say ""hi\\"""' },
      'event_id=1i,visible=true,lon=6.5,lat=53.0,heading=10.5,comments="say \\"hi\\\\\\""',
    ],
    [
      'line ends in text become spaces',
      { comments: '"a\nb\tc"' },
      'event_id=1i,visible=true,lon=6.5,lat=53.0,heading=10.5,comments="a b c"',
    ],
    ['a quoted NA is text in a text column', { comments: '"NA"' }, 'event_id=1i,visible=true,lon=6.5,lat=53.0,heading=10.5,comments="NA"'],
    ['a bare NA is missing everywhere', { comments: 'NA' }, 'event_id=1i,visible=true,lon=6.5,lat=53.0,heading=10.5'],
  ])('%s', async (_, cells, fields) => {
    const { lines } = await loadLines(csv(row(1, cells)));
    expect(lines).toEqual([`movebank,individual_local_identifier=Ann,sensor_type=gps ${fields} 1398945601000`]);
  });

  it('escapes tags, and replaces what they cannot carry', async () => {
    const { lines, json } = await loadLines(csv(row(1, { individual: '"Å, b=c d\n\\"' })));
    expect(lines[0]).toMatch(/^movebank,individual_local_identifier=Å\\,\\ b\\=c\\ d\\ \/,sensor_type=gps /);
    expect(json['notes']).toEqual([expect.stringContaining('1 value of individual-local-identifier held line ends')]);
  });

  it('leaves nothing in a tag at which an InfluxDB would part it from the field', async () => {
    const animals = ['a#!~#b', 'a#!~#!~#b', 'end#!~', 'a#!~b'];
    const { lines, json } = await loadLines(csv(...animals.map((individual, i) => row(i + 1, { individual }))));
    const tags = lines.map((line) => /individual_local_identifier=([^,]*)/.exec(line)![1]);
    expect(tags).toEqual(['a#!-#b', 'a#!-#!-#b', 'end#!-', 'a#!~b']);
    expect(json['notes']).toEqual([expect.stringContaining('3 values of individual-local-identifier held line ends')]);
  });

  it('carries text that is no UTF-8 as U+FFFD, and says so', async () => {
    const path = csv(row(1, { comments: '"x?y"' }));
    const bytes = readFileSync(path);
    // Past the first MiB, where the file's encoding is not looked at any more.
    const filler = Buffer.from(`${Array.from({ length: 24_000 }, (_, i) => row(i + 2)).join('\r\n')}\r\n`);
    bytes[bytes.indexOf('?')] = 0xe9;
    const end = bytes.indexOf('\r\n') + 2;
    writeFileSync(path, Buffer.concat([bytes.subarray(0, end), filler, bytes.subarray(end)]));
    const { lines, json } = await loadLines(path);
    expect(lines.at(-1)).toContain('comments="x\ufffdy"');
    expect(json['notes']).toContainEqual(expect.stringContaining('1 value of comments held'));
  });

  it('without a tag where the animal is not named', async () => {
    const { lines } = await loadLines(csv(row(1, { individual: '' })));
    expect(lines[0]).toMatch(/^movebank,sensor_type=gps event_id/);
  });
});

describe('a load', () => {
  it('gives the same lines with any number of workers and any chunk size', async () => {
    const whole = await loadLines(GEESE, '--workers', '1');
    const cut = await loadLines(GEESE, '--workers', '3', '--chunk-bytes', '50000', '--batch-lines', '700');
    expect(cut.lines).toEqual(whole.lines);
    const figures = ({ rows, points, rejected, filtered, rejectedByReason, notes }: Record<string, unknown>) => ({
      rows,
      points,
      rejected,
      filtered,
      rejectedByReason,
      notes,
    });
    expect(figures(cut.json)).toEqual(figures(whole.json));
    expect(readFileSync(join(cut.out, 'rejects.csv'))).toEqual(readFileSync(join(whole.out, 'rejects.csv')));
  });

  it('rejects a row whose tags or whose line are longer than a server takes', async () => {
    const file = csv(
      row(1, { individual: `"${'x'.repeat(65_300)}"` }),
      row(2, { individual: `"${'x'.repeat(65_600)}"` }),
      row(3, { comments: `"${'x'.repeat(900_000)}"` }),
      row(4, { comments: `"${'""'.repeat(400_000)}"` }),
      row(5, { comments: `"${'\\\\'.repeat(450_000)}"` }),
    );
    const { lines, json } = await loadLines(file);
    expect(lines.map((line) => /event_id=(\d)/.exec(line)?.[1])).toEqual(['1', '3']);
    expect(json['rejectedByReason']).toEqual({ 'key-too-long': 1, 'line-too-long': 2 });
  });

  it('that is killed leaves no part that looks whole and is not, and no manifest', async () => {
    const file = join(temporaryDirectory(), 'large.csv');
    writeFileSync(file, `${HEADER}\n${Array.from({ length: 400_000 }, (_, i) => row(i)).join('\n')}\n`);
    const out = join(temporaryDirectory(), 'out');
    const child = spawn(process.execPath, ['--', MAIN, 'load', file, '--to', out, '--chunk-bytes', '500000', '--quiet']);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(join(out, 'part-000005.lp.gz'))) await sleep(2);
    child.kill('SIGKILL');
    await ended;
    const names = readdirSync(out);
    expect(names).not.toContain('manifest.json');
    expect(linesIn(out).length).toBeGreaterThan(20_000);
    for (const line of linesIn(out)) expect(line).toMatch(/^movebank,.* \d{13}$/);
    expect((await skein(['load', file, '--to', out, '--fresh'])).code).toBe(0);
    expect(linesIn(out)).toHaveLength(400_000);
    expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('has a manifest by which every batch can be found and sent as it lies', async () => {
    const { out, lines } = await loadLines(GEESE, '--chunk-bytes', '500000', '--batch-lines', '1000');
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
      books: { points: number };
      parts: {
        name: string;
        members: { offset: number; length: number; lines: number; bytes: number; firstMs: number; lastMs: number }[];
      }[];
    };
    const found: string[] = [];
    for (const { name, members } of manifest.parts) {
      const part = readFileSync(join(out, name));
      for (const { offset, length, lines: count, bytes, firstMs, lastMs } of members) {
        const text = gunzipSync(part.subarray(offset, offset + length)).toString('utf8');
        const batch = text.trimEnd().split('\n');
        const times = batch.map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
        expect([batch.length, Buffer.byteLength(text), Math.min(...times), Math.max(...times)]).toEqual([count, bytes, firstMs, lastMs]);
        found.push(...batch);
      }
      expect(members.reduce((sum, { length }) => sum + length, 0)).toBe(part.length);
    }
    expect(found).toEqual(lines);
    expect(manifest.books.points).toBe(lines.length);
  });

  it('keeps rejects as they were, with the header, and says where they stood and why', async () => {
    const bad = row(2, { time: '13/05/2014' });
    const file = csv(row(1), bad, `${row(3)},more`, ',,,,,,,,');
    const { out, json } = await loadLines(file);
    expect(readFileSync(join(out, 'rejects.csv'), 'utf8')).toBe(`${HEADER}\r\n${bad}\r\n${row(3)},more\r\n,,,,,,,,\r\n`);
    const text = readFileSync(file, 'utf8');
    expect(
      readFileSync(join(out, 'rejects.reasons.csv'), 'utf8')
        .split('\n')
        .slice(0, 4)
        .map((line) => line.split(',').slice(0, 4)),
    ).toEqual([
      ['row', 'offset', 'bytes', 'reason'],
      ['2', String(text.indexOf(bad)), String(bad.length + 2), 'bad-timestamp'],
      ['3', expect.any(String), expect.any(String), 'cell-count'],
      ['4', expect.any(String), '10', 'no-timestamp'],
    ]);
    expect(json).toMatchObject({ rows: 4, points: 1, duplicates: 0, rejected: 3, filtered: 0, overwritten: 0, balanced: true });
    expect(json['rejectedByReason']).toEqual({ 'bad-timestamp': 1, 'cell-count': 1, 'no-timestamp': 1 });
  });

  it('takes mended rejects with the mapping that it wrote, and gives them the same types', async () => {
    const header = `${HEADER},mystery`;
    const file = join(temporaryDirectory(), 'export.csv');
    writeFileSync(file, `${header}\n${row(1)},high\n${row(2, { time: 'broken' })},7\n`);
    const first = await loadLines(file);
    expect(first.lines[0]).toContain('mystery="high"');
    const mended = join(temporaryDirectory(), 'mended.csv');
    writeFileSync(mended, readFileSync(join(first.out, 'rejects.csv'), 'utf8').replace('broken', '2014-05-01 12:00:02.000'));
    const second = await loadLines(mended, '--mapping', join(first.out, 'mapping.json'));
    expect(second.lines).toEqual([
      'movebank,individual_local_identifier=Ann,sensor_type=gps event_id=2i,visible=true,lon=6.5,lat=53.0,heading=10.5,mystery="7" 1398945602000',
    ]);
  });

  it('maps any CSV by a mapping file', async () => {
    const file = join(temporaryDirectory(), 'logger.csv');
    writeFileSync(file, 'when;who;depth;note\n1398945600.5;Ann;12.5;ok\n1398945601;Bob;deep;\n');
    const mapping = join(temporaryDirectory(), 'mapping.json');
    writeFileSync(
      mapping,
      JSON.stringify({
        measurement: 'dives',
        time: { column: 'when', format: 'unix-s' },
        tags: [{ column: 'who', key: 'animal' }],
        fields: [
          { column: 'depth', type: 'float' },
          { column: 'note', key: 'remark', type: 'text' },
        ],
      }),
    );
    const { lines } = await loadLines(file, '--mapping', mapping);
    expect(lines).toEqual(['dives,animal=Ann depth=12.5,remark="ok" 1398945600500', 'dives,animal=Bob depth_text="deep" 1398945601000']);
  });

  it('says so where no row is left to write, and of no next step but to mend the rejects', async () => {
    const out = join(temporaryDirectory(), 'out');
    const { code, stdout } = await skein(['load', GEESE, '--since', '2030-01-01', '--to', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('Every row is rejected or filtered: there is no point to write.');
    expect(stdout).toMatch(/\nNext\n {2}Mend the rejects [^\n]*\n$/);
  });

  it('counts what the user does not want as filtered', async () => {
    const file = csv(
      row(1, { time: '2014-04-30 23:59:59.999' }),
      row(2, { time: '2014-05-01 00:00:00.000' }),
      row(3, { time: '2014-05-02 00:00:00.000' }),
      row(4, { visible: 'false' }),
      row(5, { long: '', lat: '' }),
      row(6, { individual: '"Bob"' }),
      row(7, { time: '' }),
    );
    const ids = async (...options: string[]): Promise<string> => {
      const { lines, json } = await loadLines(file, ...options);
      expect(json).toMatchObject({ rows: 7, rejected: 1, filtered: 6 - lines.length, balanced: true });
      const dry = await skein(['load', file, '--json', '--dry-run', ...options]);
      expect(JSON.parse(dry.stdout)).toMatchObject({ points: lines.length, filtered: 6 - lines.length });
      return lines.map((line) => /event_id=(\d)/.exec(line)?.[1]).join('');
    };
    expect(await ids('--since', '2014-05-01', '--until', '2014-05-02T00:00:00Z')).toBe('2456');
    expect(await ids('--outliers', 'drop')).toBe('12356');
    expect(await ids('--no-location', 'drop')).toBe('12346');
    expect(await ids('--individual', 'Bob')).toBe('6');
    expect(await ids('--individual', 'Bob', '--individual', 'Ann')).toBe('123456');
  });

  it('writes nothing when there are more rejects than allowed, and ends with 6', async () => {
    const out = join(temporaryDirectory(), 'out');
    const refused = await skein(['load', GEESE, '--to', out, '--max-rejects', '11']);
    expect(refused.code).toBe(6);
    expect(refused.stderr).toMatch(
      /12 rows that cannot be written, more than --max-rejects 11; nothing was written\. The first is row \d+, at byte \d+/,
    );
    expect(existsSync(out)).toBe(false);
    expect((await skein(['load', GEESE, '--to', out, '--max-rejects', '12'])).code).toBe(0);
  });

  it('writes nothing on a dry run', async () => {
    const out = join(temporaryDirectory(), 'out');
    const { code, stdout } = await skein(['load', GEESE, '--to', out, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('nothing was written: --dry-run');
    expect(existsSync(out)).toBe(false);
  });

  it('goes to <file name>.skein where nothing else is said, whatever the environment holds', async () => {
    const { code, stdout } = await skein(['load', GEESE, '--dry-run'], {
      INFLUX_URL: 'http://127.0.0.1:1',
      INFLUX_TOKEN: 'x',
      INFLUX_ORG: 'x',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('would go into geese.skein');
  });

  it('starts over with --fresh, touching nothing else in the directory', async () => {
    const out = join(temporaryDirectory(), 'out');
    await skein(['load', GEESE, '--to', out, '--chunk-bytes', '400000']);
    writeFileSync(join(out, 'notes.txt'), 'mine');
    expect((await skein(['load', GEESE, '--to', out, '--fresh'])).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      'journal.ndjson',
      'manifest.json',
      'mapping.json',
      'notes.txt',
      'part-000000.lp.gz',
      'part-000001.lp.gz',
      'rejects.csv',
      'rejects.reasons.csv',
    ]);
    expect(linesIn(out)).toHaveLength(20_724);
  });

  it('keeps its journal and rejects elsewhere with --state', async () => {
    const [out, state] = [join(temporaryDirectory(), 'out'), join(temporaryDirectory(), 'state')];
    expect((await skein(['load', GEESE, '--to', out, '--state', state])).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['manifest.json', 'mapping.json', 'part-000000.lp.gz', 'part-000001.lp.gz']);
    expect(readdirSync(state).sort()).toEqual(['journal.ndjson', 'rejects.csv', 'rejects.reasons.csv']);
    expect((await skein(['load', GEESE, '--to', out, '--state', state])).stdout).toContain('was already loaded');
  });

  it('says nothing with --quiet, and the books for people without --json', async () => {
    expect(await skein(['load', GEESE, '--to', join(temporaryDirectory(), 'a'), '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
    const { stdout } = await skein(['load', GEESE, '--to', join(temporaryDirectory(), 'b')]);
    expect(stdout).toMatch(/rows +21,000\n +=? points +20,724\n[\s\S]*The books balance\.[\s\S]*Next\n/);
  });
});

describe('output that nobody reads to its end', () => {
  it('does not disturb a load', async () => {
    const out = join(temporaryDirectory(), 'out');
    const child = spawn(process.execPath, ['--', MAIN, 'load', GEESE, '--to', out], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect(existsSync(join(out, 'manifest.json'))).toBe(true);
  });
});

describe('inspect', () => {
  it('prints the survey, collisions among it', async () => {
    const { code, stdout, stderr } = await skein(['inspect', GEESE]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('21,000 rows, 12 of them to be rejected');
    expect(stdout).toContain('599 rows share series and time with another: a server would keep 299 of them.');
    expect(stdout).toMatch(/location-lat +float lat +° +99 %/);
  });

  it('has it all as JSON', async () => {
    const found = JSON.parse((await skein(['inspect', GEESE, '--json'])).stdout) as {
      rows: number;
      series: { rows: number }[];
      rejected: number;
      columns: unknown[];
    };
    expect(found).toMatchObject({
      rows: 21_000,
      rejected: 12,
      collisions: { groups: 299, rows: 599, repeats: 264, differing: 36 },
      measurement: 'movebank',
    });
    expect(found.series.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_988);
    expect(found.columns).toHaveLength(16);
  });
});
