// Exports of any size, number of animals and of columns, made about as fast as a
// disk takes them: for sweeps, where the rows need not look like tracks.
//
// Every row is a copy of one line with other digits in it, so all rows are as
// long as each other. Every cell is filled; animals follow each other, each with
// a row a minute; bad rows, which have a timestamp that is none, lie evenly.

import { closeSync, openSync, writeSync } from 'node:fs';
import { DICTIONARY } from '../src/movebank/dictionary.ts';

/** What a sweep varies. */
export interface SweepShape {
  readonly bytes: number;
  readonly animals: number;
  /** At least 8. */
  readonly columns: number;
  /** Of all rows, from 0 to 1. */
  readonly badShare: number;
}

export interface SweepFile {
  readonly path: string;
  readonly bytes: number;
  /** The bad ones among them. */
  readonly rows: number;
  readonly badRows: number;
  /** Of each good row. */
  readonly fields: number;
}

const FIRST_COLUMNS = ['event-id', 'timestamp', 'location-long', 'location-lat'];
const LAST_COLUMNS = ['sensor-type', 'individual-taxon-canonical-name', 'tag-local-identifier', 'individual-local-identifier'];
const FIRST_MS = Date.UTC(2015, 0, 1);
const FIRST_EVENT_ID = 10_000_000_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const DIGIT = /d/g;
const BUFFER_BYTES = 4 << 20;
const ZERO = 48;

/** Columns of numbers that a row can have besides. */
const NUMBERS = DICTIONARY.trim()
  .split('\n')
  .flatMap((term) => {
    const [name = '', key, role] = term.split(' ');
    return role === 'float' && key !== 'lat' && key !== 'lon' ? [name] : [];
  });

/** Where each cell's digits lie in a line, with nothing but digits and points between. */
interface Template {
  readonly line: Buffer;
  readonly id: number;
  readonly time: number;
  /** Digits without a meaning. */
  readonly random: readonly number[];
  readonly tag: number;
  readonly name: number;
}

/** Write an export to `path`. */
export function writeSweepExport(path: string, { bytes, animals, columns, badShare }: SweepShape): SweepFile {
  const numbers = NUMBERS.slice(0, columns - FIRST_COLUMNS.length - LAST_COLUMNS.length);
  const header = Buffer.from(`${[...FIRST_COLUMNS, ...numbers, ...LAST_COLUMNS].join(',')}\r\n`);
  const template = templateWith(numbers.length);
  const rows = Math.max(animals, Math.ceil((bytes - header.length) / template.line.length));
  const file = openSync(path, 'w');
  writeSync(file, header);
  const buffer = Buffer.alloc(BUFFER_BYTES);
  let at = 0;
  let chance = 1;
  let badRows = 0;
  for (let row = 0, animal = 0; animal < animals; animal++) {
    const end = Math.floor((rows * (animal + 1)) / animals);
    for (let minute = 0; row < end; row++, minute++) {
      if (at + template.line.length > BUFFER_BYTES) {
        writeSync(file, buffer, 0, at);
        at = 0;
      }
      if (minute === 0) {
        writeDigits(template.line, template.tag, 6, animal);
        writeDigits(template.line, template.name, 6, animal);
      }
      if (minute % DAY_MINUTES === 0) template.line.write(dayOf(minute), template.time, 'latin1');
      writeDigits(template.line, template.time + 11, 2, Math.floor((minute % DAY_MINUTES) / 60));
      writeDigits(template.line, template.time + 14, 2, minute % 60);
      writeDigits(template.line, template.id, 11, FIRST_EVENT_ID + row);
      for (const place of template.random) {
        chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
        template.line[place] = ZERO + ((chance >>> 16) % 10);
      }
      template.line.copy(buffer, at);
      if (Math.floor((row + 1) * badShare) > Math.floor(row * badShare)) {
        badRows++;
        buffer.write('x', at + template.time, 'latin1');
      }
      at += template.line.length;
    }
  }
  writeSync(file, buffer, 0, at);
  closeSync(file);
  return { path, bytes: header.length + rows * template.line.length, rows, badRows, fields: FIRST_COLUMNS.length - 1 + numbers.length };
}

function templateWith(numbers: number): Template {
  const text =
    `iiiiiiiiiii,2015-01-01 00:00:00.000,12.ddddddd,53.ddddddd,${'1d.dd,'.repeat(numbers)}` +
    '"gps","Branta leucopsis","nnnnnn","Goose mmmmmm"\r\n';
  return {
    line: Buffer.from(text, 'latin1'),
    id: 0,
    time: text.indexOf('2015'),
    random: [...text.slice(0, text.indexOf('"')).matchAll(DIGIT)].map(({ index }) => index),
    tag: text.indexOf('nnnnnn'),
    name: text.indexOf('mmmmmm'),
  };
}

function dayOf(minute: number): string {
  return new Date(FIRST_MS + minute * MINUTE_MS).toISOString().slice(0, 10);
}

function writeDigits(target: Buffer, at: number, digits: number, value: number): void {
  let rest = value;
  for (let to = at + digits - 1; to >= at; to--) {
    target[to] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
