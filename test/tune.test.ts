// `skein tune`: what it decides from noisy measurements, and what it leaves on
// real servers, which is nothing.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Random, randomFrom } from '../fixtures/random.ts';
import { findServer } from '../src/destination/influx/connect.ts';
import { dialectOf } from '../src/destination/influx/dialects.ts';
import { shardGroupSeconds } from '../src/destination/influx/shard-groups.ts';
import { layOut } from '../src/movebank/layout.ts';
import { madeUpExport } from '../src/tune/made-up-export.ts';
import { pick, race } from '../src/tune/race.ts';
import { readPoints } from '../src/tune/read-points.ts';
import { search } from '../src/tune/search.ts';
import { defaultSettings, laddersFrom, loadFlags, type Settings } from '../src/tune/settings.ts';
import { compareRates, isSlower } from '../src/tune/told-apart.ts';
import { runTrial } from '../src/tune/trial.ts';
import { isLeftOver, trialBucketName } from '../src/tune/trial-buckets.ts';
import { TrialPoints } from '../src/tune/trial-points.ts';
import type { InfluxServer } from './support/influx-server.ts';
import { ORG, startStandIn, TOKEN } from './support/influx2-stand-in.ts';
import { ADMIN, ADMIN_TOKEN, hasInfluxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { hasInfluxdb2, openInfluxdb2 } from './support/influxdb2.ts';
import { GEESE, type Run, skein, startSkein, temporaryDirectory } from './support/skein.ts';
import { hasVictoriaMetrics, startVictoriaMetrics } from './support/victoria-metrics.ts';

const YEAR_MS = 365 * 86_400_000;
const TWO_YEARS = { firstMs: 0, lastMs: 2 * YEAR_MS };

/** Bell-shaped, about 1. */
function noiseOf(random: Random, share: number): () => number {
  return () => 1 + share * (random() + random() + random() - 1.5) * 2;
}

describe('rates that a machine disturbs', () => {
  it('are told apart when the ratios of all rounds, or of many nearly all, are on one side', () => {
    const slower = (rates: number[], others: number[]): boolean => isSlower(compareRates(rates, others));
    expect(slower([80, 85, 78], [100, 101, 99])).toBe(true);
    expect(slower([80, 102, 78], [100, 101, 99])).toBe(false);
    expect(slower([80, 85], [100, 101])).toBe(false);
    expect(slower([60, 65], [100, 101])).toBe(true);
    expect(slower([99, 98, 99], [100, 101, 100])).toBe(false);
    const other = new Array<number>(8).fill(100);
    expect(slower([80, 81, 82, 120, 79, 80, 81, 83], other)).toBe(true);
    expect(slower([80, 81, 82, 120, 79, 80, 81, 120], other)).toBe(false);
  });

  it('lie, as ratios, around the true one in nine of ten intervals at least', () => {
    for (const rounds of [5, 8, 12]) {
      const noise = noiseOf(randomFrom(rounds), 0.1);
      const rates = (): number[] => Array.from({ length: rounds }, () => 100 * noise());
      const holds = Array.from({ length: 2000 }, () => compareRates(rates(), rates())).filter(({ low, high }) => low <= 1 && high >= 1);
      expect(holds.length / 2000).toBeGreaterThan(0.89);
    }
  });

  it('of a machine that slows down all the time are compared within their rounds', async () => {
    let speed = 100;
    const measure = async (factor: number): Promise<number> => {
      speed *= 0.97;
      return speed * factor;
    };
    const standings = await race([1, 1.25], { measure, hasTime: (_, rounds) => rounds < 8 });
    expect(pick(standings)?.entry).toBe(1.25);
  });
});

/** A server whose speed is known, measured by a clock of our own. */
function searchIn(
  speedOf: (settings: Settings, seconds: number) => number,
  { noise = 0.03, seed = 1, seconds = 60, cores = 2 }: { noise?: number; seed?: number; seconds?: number; cores?: number } = {},
) {
  const start = defaultSettings(cores, TWO_YEARS);
  const disturb = noiseOf(randomFrom(seed), noise);
  let now = 0;
  const measured: Settings[] = [];
  const found = search(start, speedOf(start, 0), laddersFrom(start, TWO_YEARS, undefined), {
    seconds,
    elapsed: () => now,
    secondsOf: () => 1.2,
    measure: async (settings) => {
      now += 1.2;
      measured.push(settings);
      return speedOf(settings, now) * disturb();
    },
  });
  return found.then((found) => ({ found, start, measured, seconds: now }));
}

describe('what tune takes', () => {
  it('is one in flight and the defaults where nothing makes a difference', async () => {
    const { found, start } = await searchIn(() => 100_000, { noise: 0.01 });
    expect(found.settings).toEqual({ ...start, inFlight: 1 });
  });

  it('is no more in flight than a load has where nothing makes a difference but the noise', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { found, start } = await searchIn(() => 100_000, { seed });
      expect(found.settings.inFlight).toBeLessThanOrEqual(start.inFlight);
    }
  });

  it('is what is faster by a fifth, with the gain over the defaults', async () => {
    const speedOf = ({ inFlight, batchLines }: Settings): number =>
      100_000 * (inFlight === 2 ? 1.2 : 1) * (batchLines === 10_000 ? 1.2 : 1);
    for (let seed = 1; seed <= 50; seed++) {
      const { found } = await searchIn(speedOf, { seed });
      expect(found.settings).toMatchObject({ inFlight: 2, batchLines: 10_000 });
      expect(found.gain?.median).toBeGreaterThan(1.3);
      expect(found.gain?.median).toBeLessThan(1.6);
    }
    let right = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const { found } = await searchIn(speedOf, { seed, noise: 0.1 });
      if (found.settings.inFlight === 2 && found.settings.batchLines === 10_000) right++;
    }
    expect(right).toBeGreaterThan(30);
  });

  it('goes on beyond the values that it tries at first while that is faster', async () => {
    const { found, measured } = await searchIn(({ inFlight, batchLines }) => 1000 * inFlight * Math.sqrt(batchLines));
    expect(found.settings).toMatchObject({ inFlight: 16, batchLines: 20_000 });
    expect(measured.some(({ batchLines }) => batchLines === 1000)).toBe(false);
  });

  it('stays what it is when there is no time for enough rounds, and does not run over its time', async () => {
    const { found, start, seconds } = await searchIn(({ inFlight }) => 1000 / inFlight, { seconds: 6, noise: 0 });
    expect(found.settings).toEqual(start);
    expect(found.outcomes.map(({ best }) => best)).toContain(undefined);
    expect(seconds).toBeLessThanOrEqual(7.2);
  });

  it('is the defaults when what was faster one by one is not so against them', async () => {
    // As if 4 in flight had been disturbed all through the first race.
    const speedOf = ({ inFlight }: Settings, seconds: number): number => (inFlight !== 4 ? 90_000 : seconds < 25 ? 70_000 : 110_000);
    const { found, start } = await searchIn(speedOf, { noise: 0.01 });
    expect(found.outcomes[0]?.best).not.toBe(4);
    expect([found.settings, found.gain, found.verdict]).toEqual([start, undefined, 'defaults held']);
  });

  it('becomes flags that make as many in flight, with no more threads than cores', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (inFlight, cores) => {
        const flags = loadFlags(inFlight, cores);
        expect(flags.workers * flags.inFlight).toBe(inFlight);
        expect(flags.workers).toBeLessThanOrEqual(cores);
      }),
    );
    expect(loadFlags(4, 2)).toEqual({ workers: 2, inFlight: 2 });
  });
});

describe('the points that tune sends', () => {
  it.each([
    ['made up', madeUpExport(20_000)],
    ['of an export', undefined],
  ])('%s are each another point, whole in batches of any size', async (_, csv) => {
    const lines = await readPoints(csv ?? readFileSync(GEESE), 20_000);
    if (typeof lines === 'string') throw new Error(lines);
    const text = Buffer.from(lines.bytes).toString('utf8').trimEnd().split('\n');
    expect(text).toHaveLength(lines.ends.length);
    const keys = new Set(text.map((line) => `${line.slice(0, line.search(/(?<!\\) /))} ${line.slice(line.lastIndexOf(' '))}`));
    expect(keys.size).toBe(text.length);
    expect(lines.countedBy).toBe('event_id');
    expect(text.every((line) => line.includes('event_id='))).toBe(true);
    for (const batchLines of [1000, 3000]) {
      const batches = new TrialPoints(lines).batches(batchLines);
      const sent = batches.map(({ body }) => gunzipSync(body).toString('utf8')).join('');
      expect(sent).toBe(
        text
          .slice(0, batches.length * batchLines)
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
    const spread = new TrialPoints(lines).spread();
    const far = gunzipSync(spread.batch.body).toString('utf8').trimEnd().split('\n');
    expect(spread.beyond(5000)).toBe(far.filter((line) => text.indexOf(line) >= 5000).length);
  });

  it('are those of the layout that a load goes by, where there is one', async () => {
    const csv = readFileSync(GEESE);
    const header = csv.subarray(0, csv.indexOf('\n')).toString('utf8').trim().split(',');
    const layout = layOut(header, 44);
    if (typeof layout === 'string') throw new Error(layout);
    const lines = await readPoints(csv, 100, { ...layout, measurement: 'geese' });
    if (typeof lines === 'string') throw new Error(lines);
    expect(lines.measurement).toBe('geese');
    expect(
      Buffer.from(lines.bytes)
        .toString('utf8')
        .match(/^geese,/gm),
    ).toHaveLength(100);
  });

  it('are missed where a server has taken them and does not hold them', async () => {
    const server = await startStandIn(['forgetful']);
    try {
      const lines = await readPoints(madeUpExport(20_000), 20_000);
      if (typeof lines === 'string') throw new Error(lines);
      const target = {
        kind: 'influx',
        dialect: 'influxdb-2',
        url: server.url,
        org: ORG,
        bucket: 'forgetful',
        token: TOKEN,
        retryMs: 0,
      } as const;
      const settings = { inFlight: 2, batchLines: 1000, shardGroupSeconds: shardGroupSeconds(lines) };
      const held = server.lines.get('forgetful') ?? [];
      const trial = await runTrial(target, new TrialPoints(lines), settings, 4, undefined);
      expect(trial.pointsPerSecond).toBeGreaterThan(0);
      server.lines.set('forgetful', Object.assign([], { push: (line: string) => (line.length % 7 === 0 ? 0 : held.push(line)) }));
      await expect(runTrial(target, new TrialPoints(lines), settings, 4, undefined)).rejects.toThrow(/has taken \d+ points and holds \d+/);
    } finally {
      await server.close();
    }
  });
});

describe('a throw-away bucket', () => {
  it('is known by its name, and by its age as one of a run that was killed', () => {
    const now = Date.UTC(2026, 10, 24, 22, 45, 0);
    const name = trialBucketName(now);
    expect(name).toMatch(/^skein-tune-20261124T224500Z-[0-9a-f]{8}$/);
    expect([isLeftOver(name, now + 60_000), isLeftOver(name, now + 4_000_000)]).toEqual([false, true]);
    for (const other of ['movebank', 'skein-tune', 'skein-tune-mine', `${name}-2`]) expect(isLeftOver(other, now)).toBeUndefined();
  });
});

const REAL_SERVERS: [what: string, isThere: boolean, open: () => Promise<InfluxServer>][] = [
  ["InfluxDB 1.x (skipped without Debian's package influxdb)", hasInfluxdb1, startInfluxdb1],
  ['InfluxDB 2 (skipped without SKEIN_TEST_INFLUX_URL)', hasInfluxdb2, openInfluxdb2],
];
describe.each(REAL_SERVERS)('tune on a real %s', (_, isThere, open) => {
  if (!isThere) {
    it.skip('is not tried');
    return;
  }
  let server: InfluxServer;
  /** Somebody else's, on a server that is not our own. */
  let before: string[] = [];
  beforeAll(async () => {
    server = await open();
    before = await trialBuckets();
  }, 60_000);
  afterAll(() => server.stop());
  const tune = (args: string[] = []): Promise<Run> => skein(['tune', '--to', server.url, '--seconds', '5', ...args], server.environment);
  const trialBuckets = async (): Promise<string[]> => {
    const [found] = await server.query('SHOW DATABASES');
    return (found?.values ?? [])
      .map(([name]) => String(name))
      .filter((name) => name.startsWith('skein-tune') && !before.includes(name))
      .sort();
  };

  const makeBucket = async (bucket: string): Promise<void> => {
    const { INFLUX_TOKEN: token, INFLUX_ORG: org } = server.environment;
    const target = await findServer({ url: server.url, token, org, bucket });
    await (await dialectOf(target).buckets?.(target))?.create(604_800);
  };

  it('prints flags and leaves nothing', async () => {
    const { code, stdout, stderr } = await tune(['--json']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/Trying http.* for about 5\.0 s, on buckets named skein-tune-… that are deleted/),
    ]);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ server: server.url, source: null, batchLines: expect.any(Number), workers: expect.any(Number) });
    expect(report['flags']).toMatch(/^--batch-lines \d+ --in-flight \d+ --workers \d+$/);
    expect(report['pointsPerSecond']).toBeGreaterThan(100);
    expect(await trialBuckets()).toEqual([]);
  }, 120_000);

  it('deletes what a run left that was killed, and nothing that is not its own', async () => {
    const others = [trialBucketName(Date.now()), 'skein-tune-mine'];
    for (const name of ['skein-tune-20200101T000000Z-0123abcd', ...others]) await makeBucket(name);
    try {
      const { code, stdout } = await tune();
      expect([code, await trialBuckets()]).toEqual([0, others.toSorted()]);
      expect(stdout).toContain('The bucket skein-tune-20200101T000000Z-0123abcd, which a tune that was killed had left, was deleted.');
      expect(stdout).toContain(`There is a bucket ${others[0]}: of another tune at work`);
    } finally {
      for (const name of others) await server.dropBucket(name);
    }
  }, 120_000);

  it('stops in order, and leaves nothing then either', async () => {
    const { child, ended } = startSkein(['tune', '--to', server.url, '--seconds', '60'], server.environment);
    await expect.poll(trialBuckets, { timeout: 30_000, interval: 20 }).toHaveLength(1);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stdout: '', stderr: expect.stringContaining('Stopped before there was a result.') });
    expect(await trialBuckets()).toEqual([]);
  }, 120_000);
});

describe.skipIf(!hasInfluxdb1)("tune on a real InfluxDB 1.x with users (skipped without Debian's package influxdb)", () => {
  let server: InfluxServer & { makeWriter(database: string): Promise<string> };
  beforeAll(async () => {
    server = await startInfluxdb1(ADMIN);
    await server.query('CREATE DATABASE geese');
  }, 60_000);
  afterAll(() => server.stop());

  it('says that the right to make buckets is missing, or takes it from --admin-env-file', async () => {
    const environment = { INFLUX_TOKEN: await server.makeWriter('geese') };
    const refused = await skein(['tune', '--to', server.url], environment);
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringMatching(/on buckets of its own: name a file .* --admin-env-file/)]);
    const file = join(temporaryDirectory(), 'admin.env');
    writeFileSync(file, `INFLUX_TOKEN=${ADMIN_TOKEN}\n`);
    const { code, stdout } = await skein(
      ['tune', GEESE, GEESE, '--to', server.url, '--admin-env-file', file, '--seconds', '5', '--quiet'],
      environment,
    );
    expect([code, stdout]).toEqual([2, '']);
  }, 120_000);
});

it.skipIf(!hasVictoriaMetrics)('tune says that a VictoriaMetrics has no buckets to try (skipped without it)', async () => {
  const server = await startVictoriaMetrics('100y');
  try {
    const { code, stderr } = await skein(['tune', '--to', server.url]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is a VictoriaMetrics, which has no buckets')]);
  } finally {
    await server.stop();
  }
});
