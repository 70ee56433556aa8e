// The survey: the same whatever the chunk size, and types that fit the whole file.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstTime, lastTime } from '../src/survey/series-times.ts';
import type { Survey } from '../src/survey/survey.ts';
import { surveyText } from './support/survey-text.ts';

/** What a survey says, less how the file was cut. */
const content = ({ summary, layout, warnings }: Survey) => ({
  summary: {
    ...summary,
    // Of the times only the first and the last do not depend on it; `duplicates.test.ts` has the others.
    series: Array.from(summary.series.values(), ({ times, ...series }) => [series, firstTime(times), lastTime(times)] as const),
  },
  layout,
  warnings,
});
const typeOf = ({ layout }: Survey, name: string): string | undefined => {
  const role = layout.columns[layout.names.indexOf(name)];
  return role?.role === 'field' ? role.type : role?.role;
};

describe('the survey', () => {
  it('does not depend on the chunk size', async () => {
    const time = fc.constantFrom(
      '2014-05-01 12:00:00.000',
      '2014-05-01 12:00:01.500',
      '"2015-01-01 00:00:00.000"',
      '',
      '00:53.0',
      '9999-01-01 00:00:00',
    );
    const text = fc.constantFrom('', 'x', '"a\nb"', '"a,b"', '"é🦢"', '"un"closed', '"open', 'NA', '"NA"', '1.5', '"2"', '"say ""hi"""');
    const row = fc.tuple(
      fc.constantFrom('1', '2', '', 'NaN'),
      time,
      fc.constantFrom('1.5', '', '91', '0'),
      fc.constantFrom('2.5', '', '0'),
      text,
      fc.constantFrom('"Ann"', 'Ann', '"Bob"', ''),
    );
    const rows = fc.array(
      fc.oneof({ weight: 8, arbitrary: row.map((cells) => cells.join(',')) }, fc.constantFrom('', 'short,row', ',,,,,')),
      { maxLength: 25 },
    );
    const header = 'event-id,timestamp,location-lat,location-long,mystery,individual-local-identifier';
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 200 }),
        async (lines, lineEnd, lastEnd, bom, chunkBytes) => {
          const csv = `${bom ? '\ufeff' : ''}${[header, '1,2014-05-01 12:00:00.000,1.0,2.0,,"Ann"', ...lines].join(lineEnd)}${lastEnd ? lineEnd : ''}`;
          const whole = content(await surveyText(csv));
          expect(content(await surveyText(csv, chunkBytes))).toEqual(whole);
          const { summary } = whole;
          const inSeries = summary.series.reduce((sum, [{ rows }]) => sum + rows, 0);
          expect(summary.rows).toBe(inSeries + summary.rejects.reduce((sum, count) => sum + count, 0));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('finds numbers in an unknown column only where every cell of the file is one', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => `2014-05-01 12:00:00.000,${i},${i === 499 ? 'high' : i},"${i}",NA`);
    const survey = await surveyText(`timestamp,a,b,c,d\n${rows.join('\n')}\n`, 1000);
    expect(['a', 'b', 'c', 'd'].map((name) => typeOf(survey, name))).toEqual(['float', 'text', 'text', 'float']);
  });

  it('does not take quotes for text in a file that quotes everything', async () => {
    const survey = await surveyText(
      '"timestamp","a","b","c"\n"2014-05-01 12:00:00.000","1.5","NA","x"\n"2014-05-01 12:00:01.000","NaN","NA","1"\n',
    );
    expect(['a', 'b', 'c'].map((name) => typeOf(survey, name))).toEqual(['float', 'float', 'text']);
  });

  it('keeps one of two columns of one name where they are equal, and both where they differ', async () => {
    const equal = await surveyText('visible,timestamp,visible\ntrue,2014-05-01 12:00:00.000,"true"\n');
    expect(equal.layout.columns[2]).toEqual({ role: 'drop' });
    expect(equal.warnings).toEqual([]);
    const differ = await surveyText('visible,timestamp,visible\ntrue,2014-05-01 12:00:00.000,false\n');
    expect(differ.layout.columns[2]).toMatchObject({ role: 'field', key: 'visible_2', type: 'boolean' });
    expect(differ.warnings).toHaveLength(1);
  });

  it('counts what is to be told of a location only where the row is no reject', async () => {
    const rows = [',,x', ',,', '1.0,,x', '1.0,,', '95.0,2.0,', '95.0,2.0,x'].map((cells, i) => `2014-05-01 12:00:0${i}.000,${cells}\n`);
    const { summary } = await surveyText(`timestamp,location-lat,location-long,comments\n${rows.join('')}`);
    expect(summary.notes).toMatchObject({ noLocation: 1, halfLocation: 1, offEarth: 1 });
  });

  it('takes a coordinate that is too long to be written as a number for none', async () => {
    const { summary } = await surveyText(`timestamp,location-lat,location-long\n2014-05-01 12:00:00.000,+0.${'0'.repeat(500)}1,2.0\n`);
    expect(summary.notes).toMatchObject({ halfLocation: 1, misfits: [0, 1, 0] });
  });

  it('takes one animal in quotes and bare for one series', async () => {
    const row = (name: string): string => `2014-05-01 12:00:00.000,1.0,2.0,${name}\n`;
    const survey = await surveyText(
      `timestamp,location-lat,location-long,individual-local-identifier\n${row('Ann')}${row('"Ann"')}${row('Bob')}`,
    );
    expect([...survey.summary.series.values()].map(({ individual, rows }) => [individual, rows])).toEqual([
      ['Ann', 2],
      ['Bob', 1],
    ]);
  });

  it('tells ten thousand animals apart in any order', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `2014-05-01 12:00:00.000,1.0,2.0,"bird ${(i * 7919) % 10_000}"\n`);
    const survey = await surveyText(`timestamp,location-lat,location-long,individual-local-identifier\n${rows.join('')}`, 100_000);
    expect(survey.summary.series.size).toBe(10_000);
    expect([...survey.summary.series.values()].every(({ rows }) => rows === 3)).toBe(true);
  });
});
