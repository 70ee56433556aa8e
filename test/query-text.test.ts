// The texts of the queries: what the files promise, and what the user's choice makes of them.

import { describe, expect, it } from 'vitest';
import { type Choice, withChoice } from '../src/query/choice.ts';
import { queryColumns, queryNames, queryText, queryTitle } from '../src/query/flux-query.ts';
import { textWithSettings } from '../src/query/settings.ts';
import { windowsFor } from '../src/query/windows.ts';
import { skein } from './support/skein.ts';

const CHOICE: Choice = {
  bucket: 'geese',
  measurement: 'movebank',
  fromMs: Date.parse('2019-07-18T02:00:54Z'),
  toMs: Date.parse('2021-01-14T09:00:57Z'),
  every: '6h',
  studies: [],
  taxa: [],
  individuals: [],
};

describe.each(queryNames())('the query %s', (name) => {
  it('says in its first sentence what it finds', () => {
    expect(queryTitle(name)).toMatch(/^[A-Z][^\n]{20,200}\.$/);
  });

  it('begins with its imports, each once', () => {
    const lines = queryText(name).split('\n');
    const imports = lines.filter((line) => line.startsWith('import '));
    expect(lines.slice(0, imports.length)).toEqual(imports);
    expect(new Set(imports).size).toBe(imports.length);
  });

  it('asks for nothing that Grafana has and skein query has not', () => {
    const text = withChoice(queryText(name), CHOICE).replaceAll(/^ *\/\/.*$/gm, '');
    expect(text).not.toMatch(/\$\{/);
    expect(text.match(/\bv\.\w+/g)).toEqual(expect.arrayContaining(['v.defaultBucket', 'v.timeRangeStart', 'v.timeRangeStop']));
    for (const use of text.match(/\bv\.\w+/g) ?? []) expect(text).toContain(`${use.slice(2)}: `);
  });
});

it('the columns are those that a file names, in its order', () => {
  expect(queryColumns('tracks')).toEqual(['individual_local_identifier', 'time', 'lat', 'lon', 'study_name']);
});

describe('what the user has chosen', () => {
  it('stands where Grafana would put it, after the imports', () => {
    const text = withChoice(`import "math"\nimport "date"\n// x\n"\${measurement}" /^\${taxon:regex}$/ /^\${individual:regex}$/`, {
      ...CHOICE,
      individuals: ['Frøya', '1072'],
    });
    expect(text).toBe(
      [
        'import "math"',
        'import "date"',
        'option v = {defaultBucket: "geese", timeRangeStart: time(v: "2019-07-18T02:00:54.000Z"), timeRangeStop: time(v: "2021-01-14T09:00:57.000Z"), windowPeriod: 6h}',
        '// x',
        '"movebank" /^.*$/ /^(Frøya|1072)$/',
      ].join('\n'),
    );
  });

  it.each([
    ['"Duchess"', '"Duchess"'],
    ['2859/H4839/Albert', '2859\\/H4839\\/Albert'],
    ['Bø=2, ringed', 'Bø=2, ringed'],
    ['a.b*c+d?(e)[f]{g}^$|\\', 'a\\.b\\*c\\+d\\?\\(e\\)\\[f\\]\\{g\\}\\^\\$\\|\\\\'],
    ['$&', '\\$&'],
  ])('is taken as it is: %s', (name, escaped) => {
    expect(withChoice(`/^\${individual:regex}$/`, { ...CHOICE, individuals: [name] })).toContain(`\n/^(${escaped})$/`);
  });

  it('cannot end a text of Flux, nor begin an expression in one', () => {
    const text = withChoice(`"\${measurement}"`, { ...CHOICE, bucket: `a"\${b}\\`, measurement: `") |> x("\${y}` });
    expect(text).toBe(
      [
        `option v = {defaultBucket: "a\\"\\\${b}\\\\", timeRangeStart: time(v: "2019-07-18T02:00:54.000Z"), timeRangeStop: time(v: "2021-01-14T09:00:57.000Z"), windowPeriod: 6h}`,
        `"\\") |> x(\\"\\\${y}"`,
      ].join('\n'),
    );
  });
});

describe('a setting', () => {
  const option = (name: string, text: string): string | undefined => new RegExp(`^option ${name} = .*$`, 'm').exec(text)?.[0];

  it('is changed in the text, as a value of its type', () => {
    const text = textWithSettings('stopovers', ['days=5', 'radius=12']);
    expect([option('days', text), option('radius', text)]).toEqual(['option days = 5', 'option radius = 12.0']);
    expect(option('class', textWithSettings('classifier', [`class=a"b\${c}`]))).toBe(`option class = "a\\"b\\\${c}"`);
  });

  it.each([
    ['days=2.5', 'The setting days takes a whole number, as in --set days=2.'],
    ['radius=30 or true', 'The setting radius takes a number, as in --set radius=30.0.'],
    ['days', 'The setting days takes a whole number, as in --set days=2.'],
    ['class=taxon', 'The query stopovers has no setting class. It has days, radius.'],
  ])('that cannot be is told: %s', (change, sentence) => {
    expect(() => textWithSettings('stopovers', [change])).toThrow(sentence);
  });
});

describe('windows of time', () => {
  const of = (days: number): string => windowsFor({ fromMs: 0, toMs: days * 86_400_000 });

  it('are at most 1,000 in a span, and not wider than they must be', () => {
    expect([0.001, 0.5, 30, 41.6, 42, 365, 1000, 1001, 3000, 20_000].map(of)).toEqual([
      '1s',
      '1m',
      '1h',
      '1h',
      '3h',
      '12h',
      '1d',
      '2d',
      '1w',
      '3w',
    ]);
  });
});

describe('skein query without a server', () => {
  it('lists the queries without a name, and in its help', async () => {
    const [list, help] = await Promise.all([skein(['query']), skein(['query', '--help'])]);
    expect([list.code, help.code]).toEqual([0, 0]);
    for (const name of queryNames()) expect(list.stdout).toContain(`\n  ${name} `);
    expect(help.stdout).toContain(list.stdout.trim());
    expect(list.stdout).toMatch(/\(--set days=2, --set radius=30\.0\)/);
    for (const line of list.stdout.split('\n')) expect(line.length).toBeLessThan(100);
  });

  it('says what there is when it does not know the name', async () => {
    const { code, stderr } = await skein(['query', 'track', '--to', 'http://127.0.0.1:1']);
    expect([code, stderr]).toEqual([2, `skein: There is no query track. There are ${queryNames().join(', ')}.\n`]);
  });

  it('refuses --every for a query that has no windows', async () => {
    const { code, stderr } = await skein(['query', 'classifier', '--to', 'http://127.0.0.1:1', '--every', '1d']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^skein: The query classifier does not look at windows of time, so it takes no --every\. Those that do: .*tracks/,
      ),
    ]);
  });

  it('wants a server', async () => {
    const { code, stderr } = await skein(['query', 'tracks']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^skein: Say to which server: --to takes the URL of one/)]);
  });
});
