// One thread of `threads`: it runs the whole pipeline for as many seconds as it is told.

import { parentPort, workerData } from 'node:worker_threads';
import { countLines } from './export-file.ts';
import { checkPass, Pipeline } from './pipeline.ts';
import type { ThreadRun } from './threads.ts';

const WARM_UP_PASSES = 3;

const port = parentPort;
if (port === null) throw new Error('pipeline-thread runs as a worker thread');
const csv = workerData as Uint8Array;
const rows = countLines(csv) - 1;
const pipeline = new Pipeline(csv);
const { sum } = await pipeline.gzip();
for (let i = 1; i < WARM_UP_PASSES; i++) checkPass(await pipeline.gzip(), rows, sum);

port.on('message', async (seconds: number) => {
  const began = performance.now();
  let passes = 0;
  let elapsedMs = 0;
  while (elapsedMs < seconds * 1000) {
    checkPass(await pipeline.gzip(), rows, sum);
    passes++;
    elapsedMs = performance.now() - began;
  }
  const run: ThreadRun = { rows: passes * rows, seconds: elapsedMs / 1000 };
  port.postMessage(run);
});
port.postMessage('ready');
