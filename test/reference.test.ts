// Reference data beside an export, or named: what they add, what is told of
// them, and what is refused.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Point, readLineProtocol } from './oracle/read-line-protocol.ts';
import { hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { zip } from './support/packed.ts';
import { linesIn, type Run, skein, temporaryDirectory } from './support/skein.ts';
import { hasVictoriaMetrics, startVictoriaMetrics } from './support/victoria-metrics.ts';

const EXPORT = [
  'timestamp,location-lat,location-long,event-id,individual-local-identifier,tag-local-identifier',
  '2014-05-01 12:00:00.000,53.1,6.1,1,"Ann","11"',
  '2014-05-09 12:00:00.000,53.2,6.2,2,"Ann","11"',
  '2014-05-20 12:00:00.000,53.3,6.3,3,"Ann","11"',
  '2014-05-01 12:00:00.000,54.1,7.1,4,"Bob","12"',
  'no time,54.2,7.2,5,"Ann","11"',
  '2014-05-01 12:00:00.000,55.1,8.1,6,"Cat","13"',
  '2014-05-01 12:00:00.000,56.1,9.1,7,,"14"',
  '',
].join('\n');

const REFERENCE = [
  'animal-id,tag-id,deploy-on-date,deploy-off-date,animal-sex,animal-life-stage,animal-mass,tag-serial-no',
  'Ann,11,2014-04-01,2014-05-09,f,juvenile,1500.0,007',
  'Ann,11,2014-05-15 06:00:00.000,,f,adult,1700,007',
  'Bob,12,2014-04-01 00:00:00.000,,m,adult,about 2 kg,',
  'Eve,15,2014-04-01 00:00:00.000,,f,adult,1500.0,',
  '',
].join('\n');

/** A folder with an export `geese-gps.csv` and other files, by name. */
function folder(files: Readonly<Record<string, string | Uint8Array>> = { 'geese-reference-data.csv': REFERENCE }): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'geese-gps.csv'), EXPORT);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
}

const load = (directory: string, ...more: string[]): Promise<Run> =>
  skein(['load', 'geese-gps.csv', '--to', 'out', '--json', '--quiet', ...more], {}, directory);

/** By event id. */
function pointsIn(directory: string): Map<string, Point> {
  const points = readLineProtocol(`${linesIn(join(directory, 'out')).join('\n')}\n`);
  return new Map(points.map((point) => [point.fields.get('event_id')?.value ?? '', point]));
}

/** What reference data can have added to each point. */
function addedIn(directory: string): Record<string, string> {
  const isAdded = (key: string): boolean => /^(animal|deploy|tag_serial)/.test(key);
  return Object.fromEntries(
    Array.from(pointsIn(directory), ([id, { tags, fields }]) => [
      id,
      [
        ...[...tags].filter(([key]) => isAdded(key)).map(([key, value]) => `${key}=${value}`),
        ...[...fields].filter(([key]) => isAdded(key)).map(([key, { type, value }]) => `${key}:${type}=${value}`),
      ].join(' '),
    ]),
  );
}

const notesOf = ({ stdout }: Run): string[] => (JSON.parse(stdout) as { notes: string[] }).notes;

describe('reference data beside an export', () => {
  it('add sex and life stage as tags, the deployment being chosen by the time where there are several', async () => {
    const directory = folder();
    const run = await load(directory);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(addedIn(directory)).toEqual({
      1: 'animal_life_stage=juvenile animal_sex=f',
      // The last day of the first deployment: a date alone is the whole day.
      2: 'animal_life_stage=juvenile animal_sex=f',
      3: 'animal_life_stage=adult animal_sex=f',
      4: 'animal_life_stage=adult animal_sex=m',
      6: '',
      7: '',
    });
    expect(notesOf(run)).toEqual(
      expect.arrayContaining([
        'geese-reference-data.csv, which lies beside the export, adds the tags animal_sex, animal_life_stage of 4 deployments; --no-reference leaves it out.',
        '1 row of animals with their tags that the reference data do not have, written without: Cat (tag 13)',
        '1 of 4 deployments in the reference data without a row in the export: Eve (tag 15)',
      ]),
    );
  });

  it('change nothing with --no-reference', async () => {
    const [alone, left] = [folder({}), folder()];
    const notes = [await load(alone), await load(left, '--no-reference')].map(notesOf);
    expect(notes[0]).toEqual(notes[1]);
    expect(linesIn(join(left, 'out'))).toEqual(linesIn(join(alone, 'out')));
  });

  it('become the tags and the fields that the user chooses', async () => {
    const directory = folder();
    const chosen = ['--reference-tags', 'none', '--reference-fields', 'animal_mass,tag-serial-no,deploy-off-date'];
    expect((await load(directory, ...chosen)).code).toBe(0);
    expect(addedIn(directory)).toEqual({
      1: 'animal_mass:float=1500.0 tag_serial_no:string=007 deploy_off_date:string=2014-05-09',
      2: 'animal_mass:float=1500.0 tag_serial_no:string=007 deploy_off_date:string=2014-05-09',
      3: 'animal_mass:float=1700 tag_serial_no:string=007',
      4: 'animal_mass_text:string=about 2 kg',
      6: '',
      7: '',
    });
  });

  it('are found by the names that Movebank gives them, packed too', async () => {
    const names = ['geese-reference data.csv', 'geese-referenceData.csv', 'Geese-GPS-reference-data.csv', 'reference-data.csv'];
    const files: Record<string, string | Uint8Array>[] = [
      ...names.map((name) => ({ [name]: REFERENCE })),
      { 'geese-reference-data.csv.gz': gzipSync(REFERENCE) },
      // The longest name is the nearest one.
      { 'geese-reference-data.csv': REFERENCE, 'reference-data.csv': 'animal-id,animal-sex\nAnn,x\n' },
    ];
    for (const each of files) {
      const directory = folder(each);
      const { columns } = JSON.parse((await skein(['inspect', 'geese-gps.csv', '--json'], {}, directory)).stdout) as {
        columns: { key: string }[];
      };
      expect([each, columns.some(({ key }) => key === 'animal_life_stage')]).toEqual([each, true]);
    }
    const others = folder({ 'ducks-reference-data.csv': REFERENCE, 'gees-reference-data.csv': REFERENCE });
    expect(notesOf(await load(others)).join()).not.toMatch(/reference/);
  });

  it('are refused when there are two, until the user says which', async () => {
    const directory = folder({ 'geese-reference-data.csv': REFERENCE, 'geese-reference data.csv': REFERENCE });
    const { code, stderr } = await load(directory);
    expect([code, stderr]).toEqual([
      2,
      'skein: Two files of reference data lie beside geese-gps.csv: geese-reference data.csv and geese-reference-data.csv. Say which with --reference, or leave both out with --no-reference.\n',
    ]);
    expect((await load(directory, '--reference', 'geese-reference-data.csv')).code).toBe(0);
  });

  it('are left alone when they are none by their bytes, which is told', async () => {
    const directory = folder({ 'geese-reference-data.csv': 'name,colour\nAnn,red\n' });
    expect(notesOf(await load(directory)).join('\n')).toMatch(
      /geese-reference-data\.csv lies beside the export and is not used: it is no reference data: it has no column animal-id\. Its columns are: name, colour\./,
    );
  });

  it('are not looked for where a mapping says what is written', async () => {
    const directory = folder();
    expect((await load(directory, '--mapping', 'tutorial')).code).toBe(0);
    expect(linesIn(join(directory, 'out')).join('\n')).not.toContain('animal_sex');
  });
});

describe('a load with reference data', () => {
  it('writes a mapping that gives mended rejects and later exports the same', async () => {
    const directory = folder();
    await load(directory, '--reference-fields', 'animal-mass');
    writeFileSync(
      join(directory, 'mended.csv'),
      readFileSync(join(directory, 'out/rejects.csv'), 'utf8').replace('no time', '2014-05-16 12:00:00.000'),
    );
    rmSync(join(directory, 'geese-reference-data.csv'));
    const mended = await skein(['load', 'mended.csv', '--mapping', 'out/mapping.json', '--to', 'mended'], {}, directory);
    expect([mended.code, mended.stderr]).toEqual([0, '']);
    expect(linesIn(join(directory, 'mended'))[0]).toMatch(
      /^movebank,animal_life_stage=adult,animal_sex=f,individual_local_identifier=Ann,.*event_id=5i,animal_mass=1700 /,
    );
    const again = await skein(['load', 'geese-gps.csv', '--mapping', 'out/mapping.json', '--to', 'again'], {}, directory);
    expect(again.code).toBe(0);
    expect(linesIn(join(directory, 'again'))).toEqual(linesIn(join(directory, 'out')));
  });

  it('gives the same lines with any number of workers and any chunk size', async () => {
    const [one, many] = [folder(), folder()];
    await load(one, '--workers', '1', '--reference-fields', 'animal-mass');
    await load(many, '--workers', '3', '--chunk-bytes', '60', '--reference-fields', 'animal-mass');
    expect(linesIn(join(many, 'out'))).toEqual(linesIn(join(one, 'out')));
  });

  it('is gone on with only with the same reference data', async () => {
    const directory = folder();
    await load(directory);
    expect((await load(directory)).code).toBe(0);
    const refusal = async (...more: string[]): Promise<unknown> => {
      const { code, stderr } = await load(directory, ...more);
      return [code, /holds an earlier load, and (.*?)\. /.exec(stderr)?.[1]];
    };
    expect(await refusal('--no-reference')).toEqual([4, 'it was begun with reference data']);
    writeFileSync(
      join(directory, 'geese-reference-data.csv'),
      REFERENCE.replace('Bob,12,2014-04-01 00:00:00.000,,m', 'Bob,12,2014-04-01 00:00:00.000,,f'),
    );
    expect(await refusal()).toEqual([4, 'its reference data have changed since']);
    await load(directory, '--no-reference', '--fresh');
    expect(await refusal()).toEqual([4, 'it was begun without reference data (--no-reference)']);
  });

  it('says how many rows are in no deployment, or in several that differ', async () => {
    const overlapping = REFERENCE.replace('2014-05-15 06:00:00.000', '2014-05-05');
    const directory = folder({ 'geese-reference-data.csv': overlapping });
    const notes = notesOf(await load(directory)).join('\n');
    expect(notes).toContain('the deployments of Ann with tag 11 in rows 1 and 2 overlap and differ');
    expect(notes).toContain('1 row in no deployment of their animal and tag, or in several at once: what these differ in was left out');
    expect(addedIn(directory)).toMatchObject({ 1: 'animal_life_stage=juvenile animal_sex=f', 2: 'animal_sex=f' });
  });

  it('joins animals alone where one of the files says nothing of tags', async () => {
    const directory = folder({ 'notes.csv': 'individual-local-identifier;animal-sex;colour\nAnn;f;red\nCat;m;blue\n' });
    expect((await load(directory, '--reference', 'notes.csv', '--reference-fields', 'colour')).code).toBe(0);
    const points = pointsIn(directory);
    expect(['1', '4', '6'].map((id) => [points.get(id)?.tags.get('animal_sex'), points.get(id)?.fields.get('colour')?.value])).toEqual([
      ['f', 'red'],
      [undefined, undefined],
      ['m', 'blue'],
    ]);
  });
});

describe('several exports', () => {
  const files = (note: string): Record<string, string> => ({
    'geese-reference-data.csv': REFERENCE,
    'geese-acc.csv': EXPORT.replaceAll('location-lat,location-long', 'tilt-x,tilt-y').replaceAll('2014-05', '2014-06'),
    'ducks.csv': EXPORT.replaceAll('"Ann"', '"Dot"').replace('no time', '2014-05-02 00:00:00'),
    'ducks-reference-data.csv': `animal-id,animal-sex,note\nDot,m,${note}\n`,
  });

  it('each get what lies beside them', async () => {
    const directory = folder(files('1.5'));
    const run = await skein(['load', 'geese-gps.csv', 'geese-acc.csv', 'ducks.csv', '--to', 'out', '--json', '--quiet'], {}, directory);
    expect([run.code, run.stderr]).toEqual([0, '']);
    const sexes = readLineProtocol(`${linesIn(join(directory, 'out')).join('\n')}\n`).map(
      ({ tags }) => `${tags.get('individual_local_identifier')} ${tags.get('animal_sex')} ${tags.get('animal_life_stage')}`,
    );
    expect(new Set(sexes)).toEqual(
      new Set([
        'Ann f juvenile',
        'Ann f adult',
        'Bob m adult',
        'Cat undefined undefined',
        'undefined undefined undefined',
        'Dot m undefined',
        'Bob undefined undefined',
      ]),
    );
    expect(
      (await skein(['load', 'geese-gps.csv', 'geese-acc.csv', 'ducks.csv', '--to', 'out', '--json', '--quiet'], {}, directory)).code,
    ).toBe(0);
  });

  it('each get their own of an animal and tag that two studies have, and a mended reject by name of the file', async () => {
    const directory = temporaryDirectory();
    for (const [study, sex, month] of [
      ['north', 'f', '05'],
      ['south', 'm', '06'],
    ]) {
      const header = 'timestamp,location-lat,location-long,event-id,"individual-local-identifier","tag-local-identifier","study-name"';
      const rows = [`2014-${month}-01 12:00:00.000,53.1,6.1,1,"A","1","${study}"`, `no time,53.1,6.1,2,"A","1","${study}"`];
      writeFileSync(join(directory, `${study}-gps.csv`), [header, ...rows, ''].join('\n'));
      writeFileSync(join(directory, `${study}-reference-data.csv`), `animal-id,tag-id,animal-sex\nA,1,${sex}\n`);
    }
    const run = await skein(['load', 'north-gps.csv', 'south-gps.csv', '--to', 'out'], {}, directory);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(linesIn(join(directory, 'out')).map((line) => /animal_sex=(.).*study_name=(\w+)/.exec(line)?.slice(1))).toEqual([
      ['f', 'north'],
      ['m', 'south'],
    ]);
    expect(run.stdout).toContain('The reference data of several exports tell other things of A (tag 1).');
    const rejects = readFileSync(join(directory, 'out/rejects-2.csv'), 'utf8');
    writeFileSync(join(directory, 'mended.csv'), rejects.replace('no time', '2014-07-01 12:00:00.000'));
    const flags = ['--mapping', 'out/mapping.json', '--reference', 'south-reference-data.csv', '--to', 'mended'];
    expect((await skein(['load', 'mended.csv', ...flags], {}, directory)).code).toBe(0);
    expect(linesIn(join(directory, 'mended'))[0]).toContain('animal_sex=m,');
  });

  it('of an archive get what lies beside them in it', async () => {
    const directory = temporaryDirectory();
    const content = {
      'study/geese-gps.csv': EXPORT,
      'study/geese-reference-data.csv': REFERENCE,
      'ducks.csv': EXPORT,
      'README.txt': 'Hello',
    };
    writeFileSync(join(directory, 'all.zip'), await zip(Object.entries(content).map(([name, text]) => ({ name, content: text }))));
    const run = await skein(['load', 'all.zip', '--to', 'out', '--json', '--quiet', '--duplicates', 'keep'], {}, directory);
    expect([run.code, run.stderr]).toEqual([0, '']);
    const tags = readLineProtocol(`${linesIn(join(directory, 'out')).join('\n')}\n`).map(({ tags }) => tags);
    expect(tags.filter((one) => one.has('animal_sex'))).toHaveLength(4);
    expect(tags).toHaveLength(10);
    expect(notesOf(run).join('\n')).toContain('geese-reference-data.csv, which lies beside the export, adds the tags');
  });

  it('are refused when what is added to them would be of two types', async () => {
    const directory = folder({ ...files('1.5'), 'geese-reference-data.csv': 'animal-id,note\nAnn,red\n' });
    const { code, stderr } = await skein(
      ['load', 'geese-gps.csv', 'ducks.csv', '--to', 'out', '--reference-fields', 'note'],
      {},
      directory,
    );
    expect([code, stderr]).toEqual([
      2,
      'skein: note of the reference data of one export is text, and something else in the rows or the reference data of another. Leave it out of --reference-fields, or load the exports one by one.\n',
    ]);
  });
});

describe('reference data are refused in words', () => {
  const refusal = async (reference: string | Uint8Array, ...more: string[]): Promise<string> => {
    const { code, stderr } = await load(folder({ 'r.csv': reference }), '--reference', 'r.csv', ...more);
    expect(code).toBeGreaterThan(1);
    return `${code} ${stderr}`;
  };

  it('as an export', async () => {
    const { code, stderr } = await skein(['load', 'geese-reference-data.csv'], {}, folder());
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /is Movebank reference data .* Load the export of the events, which has a column timestamp, and name this file with --reference\./,
    );
  });

  it('when the file is an export, no table, or not there', async () => {
    expect(await refusal(EXPORT)).toBe('3 skein: r.csv is no reference data: it has a column timestamp, so it is an export of events.\n');
    expect(await refusal('a,b\n1,2\n')).toMatch(
      /^3 skein: r\.csv is no reference data: it has no column animal-id\. Its columns are: a, b\.\n$/,
    );
    expect(await refusal('<html>')).toMatch(/^3 .*r\.csv is a web page/);
    expect(await refusal('animal-id,animal-sex\nAnn,f,x\n')).toBe(
      '3 skein: r.csv has 3 cells in row 1, and 2 in its header. Mend that row.\n',
    );
    expect(await refusal('animal-id,animal-sex\n"Ann,f\n')).toMatch(/^3 skein: r\.csv cannot be read as CSV: /);
    expect(await refusal(REFERENCE, '--reference', 'absent.csv')).toMatch(/^3 skein: .*absent\.csv/);
    expect(await refusal(REFERENCE, '--reference', '-')).toMatch(/^2 skein: --reference takes a file or a URL, not standard input/);
  });

  it('when columns are asked for that are not there, or that would be written twice', async () => {
    expect(await refusal(REFERENCE, '--reference-tags', 'animal-sex,colour')).toMatch(
      /^2 skein: r\.csv has no column colour, which --reference-tags asks for\. It has: animal-id, tag-id, .*, tag-serial-no\.\n$/,
    );
    expect(await refusal(REFERENCE, '--reference-fields', 'animal-sex')).toMatch(
      /^2 skein: animal_sex of r\.csv cannot be added: it was asked for twice\. /,
    );
    expect(await refusal('animal-id,tag-local-identifier\nAnn,11\n', '--reference-tags', 'tag-local-identifier')).toMatch(
      /^2 skein: tag_local_identifier of r\.csv cannot be added: the export has a column of its own that is written under it\. /,
    );
    expect(await refusal(`animal-id,animal-comments\nAnn,${'x'.repeat(40_000)}\n`, '--reference-fields', 'animal-comments')).toMatch(
      /^2 skein: Row 1 of r\.csv, of Ann, would add more than 32768 bytes/,
    );
    for (const flag of ['--reference-tags', '--reference-fields']) {
      const { code, stderr } = await load(folder({}), flag, 'animal-sex');
      expect([code, stderr.startsWith(`skein: ${flag} chooses of reference data, and none lie beside `)]).toEqual([2, true]);
    }
  });

  it('when a date decides and cannot be read, or ends before it begins', async () => {
    expect(await refusal(REFERENCE.replace('2014-05-15 06:00:00.000', '15/05/2014'))).toBe(
      '3 skein: r.csv: the date "15/05/2014" of row 2 cannot be read; it should be like 2018-05-04 09:30:00.000. Ann with tag 11 has several deployments, and their dates decide which one a row is of. Mend it, or leave the reference data out with --no-reference.\n',
    );
    expect(await refusal(REFERENCE.replace('2014-05-09', '2014-03-31'))).toMatch(
      /^3 skein: r\.csv: the deployment of row 1 ends, at 2014-03-31, before it begins, at 2014-04-01\. Ann with tag 11 has several/,
    );
    const harmless = folder({ 'r.csv': REFERENCE.replace('Bob,12,2014-04-01 00:00:00.000', 'Bob,12,1 April') });
    expect(notesOf(await load(harmless, '--reference', 'r.csv')).join('\n')).toContain(
      'r.csv: the date "1 April" of row 3 cannot be read; it should be like 2018-05-04 09:30:00.000. Nothing hangs on it, as its animal and tag have no other deployment.',
    );
  });

  it('when a mapping holds them and they are not right', async () => {
    const directory = folder();
    await load(directory, '--reference-fields', 'animal-mass');
    const mapping = readFileSync(join(directory, 'out/mapping.json'), 'utf8');
    const refusedAs = async (changed: string): Promise<string> => {
      writeFileSync(join(directory, 'changed.json'), changed);
      const { code, stderr } = await skein(['load', 'geese-gps.csv', '--mapping', 'changed.json', '--to', 'again'], {}, directory);
      return `${code} ${stderr}`;
    };
    expect(await refusedAs(mapping.replace('"1700"', '"heavy 1700"'))).toContain(
      'reference.deployments[1].values.animal_mass: must be a number, like "12.5"',
    );
    expect(await refusedAs(mapping.replace('2014-05-15T06:00:00.000Z', '15 May'))).toContain(
      'reference.deployments[1].on: must look like 2018-05-04T09:30:00Z',
    );
    expect(
      await refusedAs(mapping.replace('"animal_sex"', '"sensor_type"').replace('"animal_life_stage"', '"tag_local_identifier"')),
    ).toContain('the key "tag_local_identifier" is used twice');
  });

  it('when the mapping tells no animals apart', async () => {
    expect(await refusal(REFERENCE, '--mapping', 'tutorial')).toMatch(
      /^2 skein: .*geese-gps\.csv has no column individual-local-identifier that becomes a tag/,
    );
  });
});

describe.skipIf(!hasInfluxdb1)("a server, loaded with reference data (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  beforeAll(async () => {
    server = await startInfluxdb1();
  }, 60_000);
  afterAll(() => server.stop());

  it('is verified with what they add, and is another without', async () => {
    const directory = folder();
    const there = ['--to', server.url, '--bucket', 'reference', '--reference-fields', 'animal-mass,tag-serial-no'];
    const loaded = await skein(['load', 'geese-gps.csv', ...there, '--create-bucket', '--json', '--quiet'], {}, directory);
    expect(JSON.parse(loaded.stdout)).toMatchObject({
      balanced: true,
      points: 6,
      verification: { verified: true, points: 6, series: 5, compared: 6 },
    });
    expect((await skein(['verify', 'geese-gps.csv', ...there], {}, directory)).code).toBe(0);
    const without = await skein(['verify', 'geese-gps.csv', ...there.slice(0, 4), '--no-reference'], {}, directory);
    expect(without.code).toBe(7);
  });
});

describe.skipIf(!hasVictoriaMetrics)(
  "a VictoriaMetrics, loaded with reference data (skipped without Debian's package victoria-metrics)",
  () => {
    it('gets the numbers and the tags, and the text is told to be left out', async () => {
      const server = await startVictoriaMetrics('100y');
      try {
        const directory = folder();
        const fields = ['--reference-fields', 'animal-mass,tag-serial-no'];
        const run = await skein(['load', 'geese-gps.csv', '--to', server.url, ...fields, '--json', '--quiet'], {}, directory);
        expect(JSON.parse(run.stdout)).toMatchObject({ balanced: true, points: 6, verification: { verified: true } });
        expect(notesOf(run).join('\n')).toContain(
          'The server stores numbers only, so 2 fields of the reference data that hold text are left out.',
        );
      } finally {
        await server.stop();
      }
    });
  },
);
