// Try out what a VictoriaMetrics keeps: it tells of points that it drops in its
// log only.
//
// Points of a measurement of our own are written at the ends of the time of a
// load, each twice, and read back. Afterwards they are deleted, if it lets us.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SkeinError } from '../../errors.ts';
import { ask } from './ask.ts';
import { ExportQuestions } from './export-questions.ts';
import type { Server } from './server.ts';
import type { TimeSpan } from './shard-groups.ts';

const MEASUREMENT = 'skein_probe';
/** Points that cannot be read after this are not there. */
const DEADLINE_MS = 4_000;
const LOOK_AGAIN_MS = 2_000;

const CLOSE_POINTS_NOTE =
  'The server keeps only one of the points of a series that are close in time (-dedup.minScrapeInterval), and drops the others.';

/**
 * @param writePath of a write of line protocol, below the server's URL
 * @returns what to know of points that are sent twice
 * @throws SkeinError `destination` when it does not keep the first or last time of the load
 */
export async function tryOut(server: Server, bucket: string, writePath: string, { firstMs, lastMs }: TimeSpan): Promise<string[]> {
  const { url } = server;
  if (firstMs <= 0) {
    throw new SkeinError(
      'destination',
      `${url} keeps no times up to 1970-01-01 00:00:00. Leave the rows of then out with --since 1970-01-02.`,
    );
  }
  // Of three times in a row two are in one interval, if the server keeps one point for each.
  const closeMs = [firstMs, firstMs + 1, firstMs + 2].filter((ms) => ms <= lastMs);
  const run = randomUUID();
  const lines = Array.from(new Set([...closeMs, lastMs]), (ms) => `${MEASUREMENT},run=${run} value=1 ${ms}`).join('\n');
  for (const _ of ['once', 'twice']) await ask(server, 'POST', writePath, lines);
  const kept = await readBack(server, bucket, run, { firstMs, lastMs });
  await ask(server, 'POST', `/api/v1/admin/tsdb/delete_series?${new URLSearchParams({ 'match[]': selectorOf(run) })}`);

  const dropped = (ms: number): string => `${url} dropped a point of ${new Date(ms).toISOString()} that was written to try it out.`;
  if (!closeMs.some((ms) => kept.has(ms))) {
    throw new SkeinError(
      'destination',
      `${dropped(firstMs)} It needs a longer -retentionPeriod, like -retentionPeriod=100y, or --since leaves out what is older.`,
    );
  }
  if (!kept.has(lastMs)) {
    throw new SkeinError('destination', `${dropped(lastMs)} It keeps nothing that is two days ahead or more; leave that out with --until.`);
  }
  const isDoubled = (kept.get(lastMs) ?? 0) > 1;
  return [
    ...(closeMs.every((ms) => kept.has(ms)) ? [] : [CLOSE_POINTS_NOTE]),
    isDoubled
      ? 'The server keeps a point twice that is sent twice, so batches that had to be sent again are possible doubles; with -dedup.minScrapeInterval=1ms it keeps one.'
      : 'The server keeps a point once that is sent twice, so sending a batch again does no harm.',
  ];
}

/** How many samples there are at each time of our points. */
async function readBack(server: Server, bucket: string, run: string, { firstMs, lastMs }: TimeSpan): Promise<Map<number, number>> {
  for (const deadline = performance.now() + DEADLINE_MS; ; await sleep(LOOK_AGAIN_MS)) {
    const kept = new Map<number, number>();
    const questions = new ExportQuestions(server, bucket);
    for await (const { timestamps } of questions.samples(`run="${run}"`, { fromMs: firstMs, toMs: lastMs + 1 })) {
      for (const ms of timestamps) kept.set(ms, (kept.get(ms) ?? 0) + 1);
    }
    if ((kept.has(firstMs) && kept.has(lastMs)) || performance.now() > deadline) return kept;
  }
}

function selectorOf(run: string): string {
  return `{__name__="${MEASUREMENT}_value",run="${run}"}`;
}
