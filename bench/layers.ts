// What a worker does, step by step, on one thread: each layer with all those below
// it, beside the same step alone, which is its ceiling.

import { readFileSync, statSync } from 'node:fs';
import { Bench } from 'tinybench';
import { RangeReader } from '../src/source/range-reader.ts';
import { countLines, type ExportFile } from './export-file.ts';
import { digits, type Figure, figureOf, median } from './figures.ts';
import { CHUNK_BYTES, checkPass, type Pass, Pipeline } from './pipeline.ts';
import { inRounds } from './rounds.ts';
import { makeShardFiles } from './shard-layer.ts';

export const LAYERS = 'layers';
const READ_FILE = 'read the file, alone';
const COUNT_FEEDS = 'count its line feeds, alone';
const SCAN = 'find rows and cells';
const READ = '+ read their meaning: the survey';
const TIMES = 'note times by series, alone';
const WRITE = '+ write line protocol';
const GZIP_READY = 'gzip ready lines, alone';
const GZIP = '+ gzip: the load';
const PIECES = '+ write blocks of shards, not lines';
const SHARD_FILES = '+ make files of them, and read those again';

/** The layer, and the step alone that it cannot outrun. */
const CEILINGS: Readonly<Record<string, string>> = {
  [SCAN]: COUNT_FEEDS,
  [READ]: SCAN,
  [WRITE]: READ,
  [GZIP]: GZIP_READY,
  [PIECES]: READ,
  [SHARD_FILES]: PIECES,
};

/** Of the survey, on a sorted native export. */
const MOST_FOR_COLLISIONS = 10;

/**
 * @param file one pass of a layer goes over all of it
 * @param seconds how long to repeat each layer in a round
 */
export async function measureLayers(file: ExportFile, seconds: number, roundCount: number): Promise<Figure[]> {
  const csv = readFileSync(file.path);
  const pipeline = new Pipeline(csv);
  const seen = await pipeline.seenTimes();
  const readyLines = await pipeline.readyLines();
  const steps: readonly { name: string; rows: number; run: () => Promise<Pass> }[] = [
    { name: READ_FILE, rows: 0, run: () => readFile(file.path, csv.length) },
    { name: COUNT_FEEDS, rows: file.rows, run: async () => ({ rows: countLines(csv) - 1, sum: csv.length }) },
    { name: SCAN, rows: file.rows, run: () => pipeline.scan() },
    { name: READ, rows: file.rows, run: () => pipeline.read() },
    { name: TIMES, rows: file.rows, run: () => pipeline.noteTimes(seen) },
    { name: WRITE, rows: file.rows, run: () => pipeline.write() },
    { name: GZIP_READY, rows: 0, run: async () => pipeline.gzipReady(readyLines) },
    { name: GZIP, rows: file.rows, run: () => pipeline.gzip() },
    { name: PIECES, rows: file.rows, run: () => pipeline.pieces() },
    { name: SHARD_FILES, rows: file.rows, run: () => makeShardFiles(pipeline, file) },
  ];
  checkPass(await pipeline.gzipAndCheck(), file.rows, (await pipeline.write()).sum);
  checkPass(await pipeline.read(), file.rows, file.values);
  const sums = new Map<string, number>();
  for (const { name, run } of steps) sums.set(name, (await run()).sum);

  const { rounds, yardstick } = await inRounds<Times>(LAYERS, roundCount, async () => {
    const bench = new Bench({
      time: seconds * 1000,
      iterations: 2,
      warmupTime: 100,
      warmupIterations: 1,
      throws: true,
    });
    for (const { name, rows, run } of steps) bench.add(name, async () => checkPass(await run(), rows, sums.get(name) ?? Number.NaN));
    await bench.run();
    const times = new Map(bench.tasks.map(({ name, result }) => [name, 'latency' in result ? result.latency.mean : Number.NaN]));
    return (name) => times.get(name) ?? Number.NaN;
  });
  const share = (name: string, part: (time: Times) => number, more: Pick<Figure, 'target'> = {}): Figure =>
    figureOf(
      LAYERS,
      name,
      '%',
      rounds.map((time) => 100 * part(time)),
      more,
    );
  return [
    yardstick,
    ...steps.map(({ name }) => layerFigure(name, rounds, file)),
    // A load reads every row twice: in the survey and when it writes.
    ...Object.entries(STEPS).map(([name, part]) => share(name, (time) => part(time) / (time(READ) + time(GZIP)))),
    share('shard files, of what line protocol takes', (time) => (time(READ) + time(SHARD_FILES)) / (time(READ) + time(GZIP))),
    // A sorted export has no suspect times, so that noting them is all that finding collisions costs.
    share('finding collisions, of reading the rows', (time) => time(TIMES) / time(READ), {
      target: { bound: 'at most', limit: MOST_FOR_COLLISIONS },
    }),
  ];
}

/** How long a pass of each layer took, ms: the mean of a round, which a busy machine slows as it slows the yardstick. */
type Times = (name: string) => number;

/** The parts of a worker's time in both passes. */
export const STEPS: Readonly<Record<string, (time: Times) => number>> = {
  'of both passes: finding rows and cells': (time) => 2 * time(SCAN),
  'of both passes: reading their meaning': (time) => 2 * (time(READ) - time(SCAN)),
  'of both passes: writing line protocol': (time) => time(WRITE) - time(READ),
  'of both passes: gzip': (time) => time(GZIP) - time(WRITE),
};

function layerFigure(name: string, rounds: readonly Times[], { rows, values, bytes }: ExportFile): Figure {
  const msOf = (step: string): number => median(rounds.map((time) => time(step)));
  const ms = msOf(name);
  const ceiling = CEILINGS[name];
  const remark = [
    `${digits(values / ms / 1e3)} Mvalues/s, ${digits(bytes / ms / 1e3)} MB/s, ${digits((1e3 * ms) / rows)} s/Mrows`,
    ...(ceiling === undefined ? [] : [`${Math.round((100 * msOf(ceiling)) / ms)} % of "${ceiling.replace('+ ', '')}"`]),
  ].join('; ');
  return figureOf(
    LAYERS,
    name,
    'Mrows/s',
    rounds.map((time) => rows / time(name) / 1e3),
    { remark },
  );
}

/** As a worker does, chunk by chunk, into one buffer. Sums up the bytes. */
async function readFile(path: string, size: number): Promise<Pass> {
  const { mtimeMs } = statSync(path);
  const reader = await RangeReader.open({ path, size, mtimeMs });
  const window = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let sum = 0;
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    const piece = window.subarray(0, Math.min(CHUNK_BYTES, size - at));
    await reader.read(piece, at);
    sum += piece.length;
  }
  await reader.close();
  return { rows: 0, sum };
}
