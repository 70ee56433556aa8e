// A value that does not fit its type goes to `<field>_text`, and nothing else does.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linesIn, skein, temporaryDirectory } from './support/skein.ts';

const ROWS = [
  'timestamp,gps:hdop,gps_hdop_text,individual-local-identifier',
  '2020-01-01 00:00:00.000,abc,own,Ann',
  '2020-01-01 01:00:00.000,1.5,own,Ann',
  '2020-01-01 02:00:00.000,abc,,Ann',
  '',
].join('\n');

function directoryWith(content: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'export.csv'), content);
  return directory;
}

const fieldsIn = (directory: string): string[] => linesIn(directory).map((line) => line.split(' ')[1] ?? '');

describe('a column that is named like the place for values of another that do not fit', () => {
  const FIELDS = ['gps_hdop_text="abc",gps_hdop_text_2="own"', 'gps_hdop=1.5,gps_hdop_text_2="own"', 'gps_hdop_text="abc"'];

  it('is kept apart from them, which is said', async () => {
    const directory = directoryWith(ROWS);
    const { code, stdout } = await skein(['load', 'export.csv'], {}, directory);
    expect(code).toBe(0);
    expect(stdout).toContain('The column gps_hdop_text is written as gps_hdop_text_2: gps_hdop_text is for values of another column');
    expect(fieldsIn(join(directory, 'export.skein'))).toEqual(FIELDS);
  });

  it('is so again by the mapping that the load writes, and by one that names the key', async () => {
    const directory = directoryWith(ROWS);
    await skein(['load', 'export.csv'], {}, directory);
    const again = await skein(['load', 'export.csv', '--mapping', 'export.skein/mapping.json', '--to', 'again'], {}, directory);
    expect([again.code, again.stdout.includes('is written as')]).toEqual([0, false]);
    expect(fieldsIn(join(directory, 'again'))).toEqual(FIELDS);
    const mapping = {
      measurement: 'movebank',
      time: { column: 'timestamp' },
      fields: [
        { column: 'gps:hdop', key: 'gps_hdop', type: 'float' },
        { column: 'gps_hdop_text', type: 'text' },
      ],
      drop: ['individual-local-identifier'],
    };
    writeFileSync(join(directory, 'own.json'), JSON.stringify(mapping));
    const own = await skein(['load', 'export.csv', '--mapping', 'own.json', '--to', 'own'], {}, directory);
    expect([own.code, own.stdout.includes('is written as gps_hdop_text_2')]).toEqual([0, true]);
    expect(fieldsIn(join(directory, 'own'))).toEqual(FIELDS);
  });

  it('keeps its name beside a column of text, which every value fits', async () => {
    const directory = directoryWith(ROWS.replace('gps:hdop,gps_hdop_text', 'comments,comments_text'));
    await skein(['load', 'export.csv'], {}, directory);
    expect(fieldsIn(join(directory, 'export.skein'))[0]).toBe('comments="abc",comments_text="own"');
  });
});
