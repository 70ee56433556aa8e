// The same history in InfluxDB, PostgreSQL and Prometheus: how long it takes to
// load, what it takes on disk, and how long two questions take that people ask
// of tracks. `COMPARISON.md` is written from what this prints.
//
// Each database is optional. Its own server is started, on a free port of this
// machine and with a data folder that is gone afterwards; InfluxDB 2 alone is the
// one of the environment. A database that does not hold every row ends the bench.

import { readFileSync } from 'node:fs';
import { removeTemporaryDirectories } from '../test/support/skein.ts';
import type { Database, Oddity } from './databases-contender.ts';
import { influxdb1, influxdb2 } from './databases-influx.ts';
import { postgresql } from './databases-postgresql.ts';
import { prometheus } from './databases-prometheus.ts';
import type { ExportFile } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';

const SECTION = 'databases';
const CONTENDERS = [influxdb2, influxdb1, postgresql, prometheus];
const INDIVIDUAL = '1072';
const QUESTION_REPEATS = 7;

interface Round {
  readonly loadSeconds: number;
  readonly diskBytes: number;
  readonly trackMs: readonly number[];
  readonly monthsMs: readonly number[];
  readonly oddities: readonly Oddity[];
}

export async function measureDatabases(file: ExportFile, roundCount: number): Promise<Figure[]> {
  const trackRows = readFileSync(file.path, 'utf8').split(`,"${INDIVIDUAL}",`).length - 1;
  const found = CONTENDERS.filter(({ isFound }) => isFound).map((contender) => ({ contender, rounds: [] as Round[] }));
  for (const { name, isFound, howToGet } of CONTENDERS) if (!isFound) process.stderr.write(`${name} is left out: ${howToGet}\n`);
  try {
    for (let i = 0; i < roundCount; i++) {
      // Taking turns, as what else goes on on the machine changes.
      for (const { contender, rounds } of found) rounds.push(await contender.with((database) => measure(database, file, trackRows)));
    }
  } finally {
    removeTemporaryDirectories();
  }
  return found.flatMap(({ contender, rounds }) => figuresOf(contender.name, file, rounds));
}

async function measure(database: Database, file: ExportFile, trackRows: number): Promise<Round> {
  const loadSeconds = await database.load(file);
  check('rows are held', await database.rows(), file.rows);
  const diskBytes = await database.diskBytes();
  const trackMs: number[] = [];
  const monthsMs: number[] = [];
  for (let i = 0; i < QUESTION_REPEATS; i++) {
    const track = await database.track(INDIVIDUAL);
    check('fixes are in the track', track.fixes, trackRows);
    trackMs.push(track.ms);
    const months = await database.months();
    check('fixes are in all months', months.fixes, file.rows);
    monthsMs.push(months.ms);
  }
  return { loadSeconds, diskBytes, trackMs, monthsMs, oddities: await database.oddities() };
}

function check(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${found} ${what}, of ${wanted}`);
}

function figuresOf(name: string, file: ExportFile, rounds: readonly Round[]): Figure[] {
  const section = `${SECTION}, ${name}`;
  const figure = (what: string, unit: string, values: readonly number[]): Figure => figureOf(section, what, unit, values);
  return [
    figure(
      'load history',
      'krows/s',
      rounds.map(({ loadSeconds }) => file.rows / loadSeconds / 1e3),
    ),
    figure(
      'on disk',
      'bytes/row',
      rounds.map(({ diskBytes }) => diskBytes / file.rows),
    ),
    figure(
      'the track of one animal',
      'ms',
      rounds.flatMap(({ trackMs }) => trackMs),
    ),
    figure(
      'fixes by animal and month',
      'ms',
      rounds.flatMap(({ monthsMs }) => monthsMs),
    ),
    ...(rounds[0]?.oddities ?? []).map((oddity) => ({ section, ...oddity })),
  ];
}
