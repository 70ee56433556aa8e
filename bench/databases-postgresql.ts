// Plain PostgreSQL: `COPY` into a table whose key is what a series and a time are
// in InfluxDB. (TimescaleDB is an extension of it that Debian does not have. Its
// tables are such tables in pieces by time, loaded and asked in the same words.)

import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../test/support/skein.ts';
import type { Contender } from './databases-contender.ts';

const TOP = '/usr/lib/postgresql';
const NEWEST = existsSync(TOP) ? Math.max(...readdirSync(TOP).map(Number)) : 0;
const program = (name: string): string => join(TOP, String(NEWEST), 'bin', name);

/** Part of the socket's name; no port is opened. */
const PORT = '5432';
/** In the order of the export's columns. */
const FIX_TABLE = `CREATE TABLE fix (event_id bigint, visible boolean, time timestamptz(3), lon float8, lat float8,
  external_temperature float8, ground_speed float8, heading float8, height_above_ellipsoid float8, gps_satellite_count integer,
  manually_marked_outlier boolean, sensor_type text, taxon text, tag text, individual text, study_name text,
  PRIMARY KEY (individual, tag, sensor_type, time))`;
const CLASH_TABLE = 'CREATE TABLE clash (individual text, time timestamptz, lat float8, PRIMARY KEY (individual, time))';
const CLASH_ROWS = "('a', '2020-01-01', 1), ('a', '2020-01-01', 2)";

export const postgresql: Contender = {
  name: 'PostgreSQL',
  isFound: existsSync(program('initdb')),
  howToGet: "it is Debian's package postgresql",
  with: async (use) => {
    const directory = temporaryDirectory();
    const user = ownerOf(directory);
    const run = (name: string, args: readonly string[]): string =>
      execFileSync(program(name), args, { ...user, cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const connection = ['-h', directory, '-p', PORT, '-U', 'bench', '-d', 'postgres', '-qAt', '-v', 'ON_ERROR_STOP=1'];
    const tryTo = (...commands: string[]) => {
      const all = [`SET timezone = 'UTC'`, ...commands].flatMap((command) => ['-c', command]);
      return spawnSync(program('psql'), [...connection, ...all], { encoding: 'utf8', maxBuffer: 1 << 30 });
    };
    const ask = (...commands: string[]): string[] => {
      const { status, stdout, stderr } = tryTo(...commands);
      if (status !== 0) throw new Error(`${commands}: ${stderr}`);
      return stdout.trimEnd().split('\n');
    };
    const numbers = (sql: string): number => sum(ask(sql));
    /** As psql says, so that its own start does not count. */
    const timedAsk = (sql: string): { lines: string[]; ms: number } => {
      const lines = ask('\\timing on', sql);
      return { ms: Number(/^Time: ([\d.]+) ms/.exec(lines.pop() ?? '')?.[1]), lines };
    };

    run('initdb', ['-D', 'data', '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']);
    // It trusts whoever reaches its socket, which lies in a directory of its owner alone.
    run('pg_ctl', ['-D', 'data', '-l', 'log', '-w', '-o', `-p ${PORT} -h '' -k ${directory}`, 'start']);
    try {
      return await use({
        load: async ({ path }) => {
          ask(FIX_TABLE);
          const began = performance.now();
          ask(`\\copy fix FROM '${path}' (FORMAT csv, HEADER)`);
          return (performance.now() - began) / 1000;
        },
        rows: async () => numbers('SELECT count(*) FROM fix'),
        diskBytes: async () => numbers("SELECT pg_total_relation_size('fix')"),
        track: async (individual) => {
          const { lines, ms } = timedAsk(`SELECT time, lat, lon FROM fix WHERE individual = '${individual}' ORDER BY time`);
          return { fixes: lines.length, ms };
        },
        months: async () => {
          const { lines, ms } = timedAsk("SELECT individual, date_trunc('month', time), count(*) FROM fix GROUP BY 1, 2");
          return { fixes: sum(lines), ms };
        },
        oddities: async () => {
          ask(CLASH_TABLE);
          if (tryTo(`INSERT INTO clash VALUES ${CLASH_ROWS}`).status === 0) throw new Error('PostgreSQL took two rows of one key');
          const refused = numbers('SELECT count(*) FROM clash');
          ask(`INSERT INTO clash VALUES ${CLASH_ROWS} ON CONFLICT DO NOTHING`);
          return [
            { name: 'held of 2 rows of one animal and time', value: refused, unit: 'rows' },
            { name: 'the same with ON CONFLICT DO NOTHING', value: numbers('SELECT count(*) FROM clash'), unit: 'rows' },
          ];
        },
      });
    } finally {
      run('pg_ctl', ['-D', 'data', '-m', 'fast', 'stop']);
    }
  },
};

/** The last columns of rows, added up. */
function sum(lines: readonly string[]): number {
  return lines.reduce((total, line) => total + Number(line.split('|').at(-1)), 0);
}

/** PostgreSQL does not run as root; Debian's package makes a user for it, who gets the directory. */
function ownerOf(directory: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = { uid: id('-u'), gid: id('-g') };
  chownSync(directory, user.uid, user.gid);
  return user;
}
