// The layers in memory on one thread, each with all those below it, and the last on two.

import { Bench } from 'tinybench';
import { countLines } from './export-file.ts';
import { type Figure, figureOf } from './figures.ts';
import { checkPass, type Pass, Pipeline } from './pipeline.ts';
import { PipelineThreads } from './threads.ts';

const SECTION = 'layers';
const REPEATS_ON_TWO_THREADS = 3;

/**
 * @param csv header and whole rows; one iteration goes over all of it
 * @param seconds how long to repeat each layer
 */
export async function measureLayers(csv: Uint8Array, seconds: number): Promise<Figure[]> {
  const rows = countLines(csv) - 1;
  const pipeline = new Pipeline(csv);
  const layers: readonly { name: string; run: () => Promise<Pass> }[] = [
    { name: 'scan rows', run: () => pipeline.scan() },
    { name: '+ read their meaning', run: () => pipeline.read() },
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
  const figures = bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`The layer "${name}" ended as ${result.state}`);
    const samples: readonly number[] = result.latency.samples ?? [];
    return figureOf(
      SECTION,
      name,
      'Mrows/s',
      samples.map((ms) => rows / ms / 1000),
    );
  });

  const threads = await PipelineThreads.start(csv, 2);
  const rates: number[] = [];
  try {
    for (let i = 0; i < REPEATS_ON_TWO_THREADS; i++) rates.push((await threads.rowsPerSecond(2, seconds)) / 1e6);
  } finally {
    await threads.close();
  }
  return [...figures, figureOf(SECTION, 'the last on two threads at once', 'Mrows/s', rates)];
}
