// The layers in memory on one thread, each with all those below it, and the last on two.

import { Bench } from 'tinybench';
import { countLines } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { checkPass, type Pass, Pipeline } from './pipeline.ts';
import { PipelineThreads } from './threads.ts';

const SECTION = 'layers';
const READ = '+ read their meaning';
const TIMES = 'note times by series, alone';
/** Of the survey, on a sorted native export. */
const MOST_FOR_COLLISIONS = 10;
const REPEATS_ON_TWO_THREADS = 3;

/**
 * @param csv header and whole rows; one iteration goes over all of it
 * @param seconds how long to repeat each layer
 */
export async function measureLayers(csv: Uint8Array, seconds: number): Promise<Figure[]> {
  const rows = countLines(csv) - 1;
  const pipeline = new Pipeline(csv);
  const seen = await pipeline.seenTimes();
  const layers: readonly { name: string; run: () => Promise<Pass> }[] = [
    { name: 'scan rows', run: () => pipeline.scan() },
    { name: READ, run: () => pipeline.read() },
    { name: TIMES, run: () => pipeline.noteTimes(seen) },
    { name: '+ write line protocol', run: () => pipeline.write() },
    { name: '+ gzipSync level 1', run: () => pipeline.gzip() },
  ];
  checkPass(await pipeline.gzipAndCheck(), rows, (await pipeline.write()).sum);

  const bench = new Bench({ time: seconds * 1000, iterations: 3, warmupTime: 300, warmupIterations: 2, throws: true, retainSamples: true });
  for (const { name, run } of layers) {
    const { sum } = await run();
    bench.add(name, async () => checkPass(await run(), rows, sum));
  }
  await bench.run();
  const rates = new Map<string, number>();
  const figures = bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`The layer "${name}" ended as ${result.state}`);
    const samples: readonly number[] = result.latency.samples ?? [];
    const figure = figureOf(
      SECTION,
      name,
      'Mrows/s',
      samples.map((ms) => rows / ms / 1000),
    );
    rates.set(name, figure.value);
    return figure;
  });
  // A sorted export has no suspect times, so that noting them is all that finding collisions costs.
  const share = (100 * (rates.get(READ) ?? Number.NaN)) / (rates.get(TIMES) ?? Number.NaN);
  const collisions = { section: SECTION, name: 'finding collisions, of reading the rows', value: share, unit: '%' };

  const threads = await PipelineThreads.start(csv, 2);
  const onTwo: number[] = [];
  try {
    for (let i = 0; i < REPEATS_ON_TWO_THREADS; i++) onTwo.push((await threads.rowsPerSecond(2, seconds)) / 1e6);
  } finally {
    await threads.close();
  }
  return [
    ...figures,
    { ...collisions, target: { bound: 'at most', limit: MOST_FOR_COLLISIONS } },
    figureOf(SECTION, 'the last on two threads at once', 'Mrows/s', onTwo),
  ];
}
