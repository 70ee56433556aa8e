// Kills with -9 at random instants: a load that is run again ends like one that
// never was killed.

import { deepStrictEqual, strictEqual } from 'node:assert';
import { join } from 'node:path';
import { contentOfBucket, type InfluxServer } from '../test/support/influx-server.ts';
import { contentOfDirectory, killLoads } from '../test/support/kills.ts';
import { skein, temporaryDirectory } from '../test/support/skein.ts';
import type { ExportFile } from './export-file.ts';
import type { Figure } from './figures.ts';

const SECTION = 'kills';
/** Small ones, so that there are many places to be killed at. */
const CHUNKS = ['--chunk-bytes', '400000', '--batch-lines', '500'];

/** What a load says with `--json`. */
interface Books {
  readonly rows: number;
  readonly points: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly filtered: number;
  readonly balanced: boolean;
}

/** Kill loads into a directory: parts, manifest and rejects are equal to the last byte. */
export async function measureDirectoryKills(file: ExportFile, kills: number): Promise<Figure[]> {
  const directory = temporaryDirectory();
  const argsTo = (name: string): string[] => ['load', file.path, '--to', join(directory, name), '--json', '--quiet', ...CHUNKS];
  const undisturbed = await timedLoad(argsTo('undisturbed'));
  const content = contentOfDirectory(join(directory, 'undisturbed'));
  const args = argsTo('killed');
  const loads = await killLoads(kills, undisturbed.ms, Math.random, (n) => ({
    args,
    firstArgs: n === 0 ? [] : ['--fresh'],
    check: async () => {
      deepStrictEqual(contentOfDirectory(join(directory, 'killed')), content, 'what a killed load left is what an undisturbed one leaves');
      deepStrictEqual(await booksOf(args), undisturbed.books, 'the books of a killed load are those of an undisturbed one');
      process.stderr.write(`  a directory: load ${n + 1} got through\n`);
    },
  }));
  return figures('a directory', kills, loads);
}

/** Kill loads into a server: every value is there, and no point more. */
export async function measureServerKills(server: InfluxServer, file: ExportFile, kills: number): Promise<Figure[]> {
  const state = temporaryDirectory();
  const bucket = (n: number): string => `kills_${process.pid}_${n}`;
  const argsTo = (n: number): string[] => {
    const to = ['--to', server.url, '--bucket', bucket(n), '--create-bucket', '--state', join(state, String(n))];
    return ['load', file.path, ...to, '--json', '--quiet', ...CHUNKS];
  };
  const undisturbed = await timedLoad(argsTo(0), server.environment);
  const content = await contentOfBucket(server, bucket(0));
  strictEqual(content.points, undisturbed.books.points, 'the server has as many points as the books');
  await server.dropBucket(bucket(0));
  const loads = await killLoads(kills, undisturbed.ms, Math.random, (n) => ({
    args: argsTo(n + 1),
    environment: server.environment,
    check: async () => {
      deepStrictEqual(await contentOfBucket(server, bucket(n + 1)), content, 'the server holds what it does after an undisturbed load');
      deepStrictEqual(await booksOf(argsTo(n + 1), server.environment), undisturbed.books, 'the books are those of an undisturbed load');
      await server.dropBucket(bucket(n + 1));
      process.stderr.write(`  ${server.name}: load ${n + 1} got through\n`);
    },
  }));
  return figures(server.name, kills, loads);
}

async function timedLoad(args: string[], environment = {}): Promise<{ books: Books; ms: number }> {
  const began = performance.now();
  const books = await booksOf(args, environment);
  return { books, ms: performance.now() - began };
}

/** Load, or see that everything is loaded. */
async function booksOf(args: string[], environment = {}): Promise<Books> {
  const { code, stdout, stderr } = await skein(args, environment);
  if (code !== 0) throw new Error(`A load that was not killed ended with ${code}: ${stderr}`);
  const { rows, points, duplicates, rejected, filtered, balanced } = JSON.parse(stdout) as Books;
  strictEqual(balanced, true, 'the books balance');
  strictEqual(points + duplicates + rejected + filtered, rows, 'the books balance');
  return { rows, points, duplicates, rejected, filtered, balanced };
}

function figures(where: string, kills: number, loads: number): Figure[] {
  return [
    { section: SECTION, name: `${where}: kills -9 with nothing lost`, value: kills, unit: '', target: { bound: 'at least', limit: kills } },
    { section: SECTION, name: `${where}: loads that got through, each equal to an undisturbed one`, value: loads, unit: '' },
  ];
}
