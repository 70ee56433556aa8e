// Questions as people ask them of tracks, to see that one bucket answers as fast as another.

import { InfluxDB } from '@influxdata/influxdb-client';
import { median } from './figures.ts';
import type { Destination } from './programs.ts';

const TIMES = 3;

/** How long each question takes, ms, by its name: the median of a few times. */
export async function timeQuestions({ url, token, org, bucket }: Destination, individual: string): Promise<Map<string, number>> {
  const api = new InfluxDB({ url, token, timeout: 600_000 }).getQueryApi(org);
  const from = `from(bucket: "${bucket}") |> range(start: 2000-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z) |> filter(fn: (r) => r._measurement == "movebank")`;
  const one = `filter(fn: (r) => r.individual_local_identifier == "${individual}")`;
  const questions = new Map([
    ['last', `${from} |> filter(fn: (r) => r._field == "lat") |> last()`],
    ['day means', `${from} |> filter(fn: (r) => r._field == "ground_speed") |> aggregateWindow(every: 1d, fn: mean, createEmpty: false)`],
    ['one track', `${from} |> ${one} |> filter(fn: (r) => r._field == "lat" or r._field == "lon")`],
    ['count of all', `${from} |> count()`],
  ]);
  const times = new Map<string, number>();
  for (const [name, question] of questions) {
    const taken: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const began = performance.now();
      let lines = 0;
      for await (const line of api.iterateLines(question)) if (line !== '') lines++;
      taken.push(performance.now() - began);
      if (lines < 2) throw new Error(`${name}: nothing was found in ${bucket}`);
    }
    times.set(name, median(taken));
  }
  return times;
}
