// What stands in the cells of fuzzed files: good values, and all that people,
// spreadsheets, R and broken receivers put in their place.

import { between, type Random } from '../../fixtures/random.ts';
import type { Role } from '../oracle/expect-points.ts';

const MISSING = ['', '', 'NA', 'NaN', 'Inf', '-Inf', 'Infinity'];

// biome-ignore format: a list of short things is read in lines
const ODD_NUMBERS = [
  '0', '-0', '0.0', '.5', '5.', '+5', '+.5e-3', '-.5', '5.0', '1.5e3', '1E+5', '-3.225048130870434E-4', '1e400', '1e-400', '00012',
  '9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809', '1e18', '1e19',
  '1_000', '0x10', '1,5', '12a', '--1', 'e5', '-', '.', '1.2.3', '٣', '1e', '1e+', 'nan', 'INF', 'true', '1'.repeat(310), `0.${'3'.repeat(500)}`,
];

// biome-ignore format: a list of short things is read in lines
const COORDINATES = [
  '0', '0.0', '-0.0', '90', '90.0', '90.0001', '-90', '180', '180.0', '-180.0000001', '181', '1e2', '9e1', '+45.5', '.5', '-.5',
];

const BOOLEANS = ['true', 'false', 'TRUE', 'FALSE', 'True', 'fALSE', 'T', 'F', '0', '1', 'yes', 'truetrue'];

// biome-ignore format: a list of short things is read in lines
const WORDS = [
  'gps', 'Anser anser', 'Ann', '1072', '0058', 'Bø', '雪', '🦢', 'e\u0301', 'a=b', 'x,y', 'x;y', 'x\ty', 'say "hi"', '"', '""', "it's", '#1',
  'back\\slash', 'end\\', '\\', '\\"', 'line\nfeed', 'line\r\nfeed', 'lone\rCR', '\n', '\r\n', 'a\u0000b', '\u0001', '\u007f', '\u0085', '\ufeff',
  ' ', ' lead', 'trail ', 'a  b', '\u00a0', 'na', 'null', '1.5', '-7', 'true', '=1+1', '<b>', 'time', '\u001b[31m', ',', ',,', 'ﬁ', '\ud83d',
  '#!~#', 'end#!~',
];

// biome-ignore format: a list of short things is read in lines
const BAD_TIMES = [
  '', '', 'NA', 'NaN', '00:53.0', '13/05/2014', '6/18/03 22:12:00', '2014-02-30 00:00:00.000', '2014-02-29 00:00:00', '2014-05-01 24:00:00',
  '2014-05-01', '2014-05-01 12:00', '2014-05-01 12:00:60', '2014-05-01 12:00:00.', '2014-05-01 12:00:00.1234567891', '2014-13-01 00:00:00',
  '2014-05-01 12:00:00+01:00', '2014-05-01 12:00:00 UTC', '2014-05-01  12:00:00', '２014-05-01 12:00:00', '1398945600', '-014-05-01 12:00:00',
  '9999-01-01 00:00:00', '1600-01-01 00:00:00', '0000-01-01 00:00:00', '2262-04-11 23:47:16.855', '1677-09-21 00:12:43.145',
];
const ODD_TIMES = [
  '2262-04-11 23:47:16.854',
  '1677-09-21 00:12:43.146',
  '2016-02-29 23:59:59.999',
  '1969-12-31 23:59:59.999',
  '1970-01-01 00:00:00',
];

const YEAR_2014 = Date.UTC(2014, 4, 1);

/** Think up what a cell of a column of `role` says, before it is quoted. `unknown` is that of a column that no dictionary has. */
export function fuzzedText(role: Role | 'coordinate' | 'unknown', random: Random): string {
  if (role === 'time') return fuzzedTime(random);
  if (random() < 0.12) return pick(MISSING, random);
  const isOdd = random() < 0.15;
  switch (role) {
    case 'float':
      return isOdd ? pick(ODD_NUMBERS, random) : String((random() - 0.5) * 10 ** between(random, -3, 4));
    case 'integer':
      return isOdd ? pick(ODD_NUMBERS, random) : String(between(random, -5, 1_000_000));
    case 'coordinate':
      return isOdd ? pick(COORDINATES, random) : ((random() - 0.5) * 180).toFixed(between(random, 0, 8));
    case 'boolean':
      return isOdd ? pick(BOOLEANS, random) : 'true';
    case 'unknown':
      return random() < 0.7 ? String(between(random, 0, 100)) : pick([...WORDS, ...ODD_NUMBERS], random);
    default:
      return words(random);
  }
}

function words(random: Random): string {
  let text = pick(WORDS, random);
  while (random() < 0.3) text += pick(WORDS, random);
  return text;
}

function fuzzedTime(random: Random): string {
  const odd = random();
  if (odd < 0.06) return pick(BAD_TIMES, random);
  if (odd < 0.08) return pick(ODD_TIMES, random);
  const [date, clock] = new Date(YEAR_2014 + between(random, 0, 2e6) * 1000).toISOString().slice(0, 19).split('T');
  const decimals = random() < 0.6 ? '.000' : random() < 0.5 ? '' : `.${String(random()).slice(2, 2 + between(random, 1, 10))}`;
  return `${date}${random() < 0.9 ? ' ' : 'T'}${clock}${decimals}${random() < 0.05 ? 'Z' : ''}`;
}

/** Write a cell, in quotes where it must be and now and then where it need not. */
export function writtenCell(text: string, delimiter: string, random: Random): string {
  const must = text.includes(delimiter) || /^[\s"]|\s$|[\r\n]/.test(text);
  return must || random() < 0.3 ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Break a written cell's quotes in one of the ways that make a row malformed, or nearly do. */
export function breakQuotes(cell: string, random: Random): string {
  const at = between(random, 0, cell.length + 1);
  return pick(
    [
      `"${cell}`,
      `${cell}"`,
      `"${cell}"`,
      `"a"${cell}`,
      `"a"x`,
      `"a""`,
      `""a`,
      `"a"\n`,
      `a"b"c`,
      `${cell.slice(0, at)}"${cell.slice(at)}`,
      cell.replaceAll('""', '"'),
    ],
    random,
  );
}

export function pick<Value>(values: readonly Value[], random: Random): Value {
  return values[between(random, 0, values.length)]!;
}
