// --rate-limit: a server that others use too gets no more points a second than
// it is allowed to, over all workers.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateExport } from '../fixtures/generate.ts';
import { RunGauge } from '../src/destination/run-gauge.ts';
import { ORG, type StandIn, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { skein, temporaryDirectory } from './support/skein.ts';

describe('a run with a rate limit', () => {
  let server: StandIn;
  beforeAll(async () => {
    server = await startStandIn(['geese']);
  });
  afterAll(() => server.close());

  it('takes as long as it must, and not much longer', async () => {
    const file = join(temporaryDirectory(), 'export.csv');
    writeFileSync(file, [...generateExport({ rows: 12_000, animals: 3, seed: 5, flaws: {} })].join(''));
    const { code, stdout } = await skein(
      ['load', file, '--to', server.url, '--bucket', 'geese', '--rate-limit', '4000', '--chunk-bytes', '300000', '--json', '--no-verify'],
      { INFLUX_TOKEN: TOKEN, INFLUX_ORG: ORG },
    );
    expect(code).toBe(0);
    const { points, loadSeconds } = JSON.parse(stdout) as { points: number; loadSeconds: number };
    expect(points).toBeGreaterThan(11_000);
    // The first batches, of at most a second's points, go at once.
    expect(loadSeconds).toBeGreaterThan(points / 4000 - 1);
    expect(loadSeconds).toBeLessThan(points / 4000 + 2.5);
  });

  it('says so in the summary', async () => {
    const file = join(temporaryDirectory(), 'export.csv');
    writeFileSync(file, [...generateExport({ rows: 100, animals: 1, seed: 5, flaws: {} })].join(''));
    const { stdout } = await skein(['load', file, '--to', server.url, '--bucket', 'geese', '--rate-limit', '5000', '--no-verify'], {
      INFLUX_TOKEN: TOKEN,
      INFLUX_ORG: ORG,
    });
    expect(stdout).toContain('\nat most 5,000 points/s\n');
  });
});

describe('the gauge', () => {
  it('paces all threads of a run together, in whatever pieces they send', async () => {
    const gauge = RunGauge.create(8, 1000, 10_000);
    expect([gauge.pointsPerSecond, gauge.batchLines, RunGauge.create(8, 1000).pointsPerSecond]).toEqual([10_000, 1000, undefined]);
    const began = performance.now();
    const source = `
      const { workerData, parentPort } = require('node:worker_threads');
      import(workerData.module).then(async ({ RunGauge }) => {
        const gauge = new RunGauge(workerData.numbers);
        for (let i = 0; i < 50; i++) await gauge.pace(100);
        parentPort.close();
      });`;
    const module = new URL('../dist/src/destination/run-gauge.js', import.meta.url).href;
    const ended = [1, 2].map(
      () =>
        new Promise((resolve) => new Worker(source, { eval: true, workerData: { numbers: gauge.numbers, module } }).once('exit', resolve)),
    );
    expect(await Promise.all(ended)).toEqual([0, 0]);
    const seconds = (performance.now() - began) / 1000;
    expect(seconds).toBeGreaterThan(0.95);
    expect(seconds).toBeLessThan(3);
  });

  it('cuts batches to what may be sent in a second, and does not pace without a limit', async () => {
    expect(RunGauge.create(1, 5000, 300).batchLines).toBe(300);
    const unlimited = RunGauge.create(1, 5000);
    const began = performance.now();
    for (let i = 0; i < 100; i++) await unlimited.pace(1_000_000);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('counts how often the limit was halved', () => {
    const gauge = RunGauge.create(4, 5000);
    for (let i = 0; i < 5; i++) gauge.halve();
    expect(gauge.requests).toEqual({ sent: 0, triedAgain: 0, inFlightLimit: 1, halvings: 2 });
    gauge.grow();
    expect(gauge.requests.inFlightLimit).toBe(2);
  });
});
