// What is asked of a server about its points, on real servers, with names and
// values that are hard to quote.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countInPieces } from '../src/destination/influx/count-in-pieces.ts';
import { dialectOf } from '../src/destination/influx/dialects.ts';
import { type Questions, Unanswered } from '../src/destination/influx/questions.ts';
import { serverOf } from '../src/destination/influx/server.ts';
import type { InfluxTarget } from '../src/destination/influx/target.ts';
import { readSeriesKey, seriesKey } from '../src/encode/series-key.ts';
import { SkeinError } from '../src/errors.ts';
import { hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { hasVictoriaMetrics, startVictoriaMetrics, type VictoriaMetrics } from './support/victoria-metrics.ts';

const { SKEIN_TEST_INFLUX_URL: realUrl, INFLUX_TOKEN: realToken = '', INFLUX_ORG: realOrg = '' } = process.env;

const MEASUREMENT = 'wild, "geese"';
const EARLIEST = -9_223_372_036_854;
const LATEST = 9_223_372_036_854;
const NOON = 1_400_000_000_000;

/** Series by their tags, and the times at which each has a point. */
const SERIES: readonly (readonly [tags: Record<string, string>, times: readonly number[]])[] = [
  [{}, [NOON]],
  [{ animal: 'Ann' }, [NOON, NOON + 1, NOON + 86_400_000]],
  [{ animal: 'Ann', empty: '' }, [NOON + 2]],
  [{ animal: 'Ann', dup: '1' }, [NOON]],
  [{ 'Zug, ein=Wort': 'a, b=c d', animal: `"Bo's" b\\c 🦢 \${x}`, table: 'x' }, [NOON, NOON + 999]],
  [{ animal: 'far' }, [1, 2]],
];
/** Not on VictoriaMetrics: no time before 1970 and none in the future, and a backslash before an escape is part of it. */
const FAR_SERIES: typeof SERIES = [
  [{ animal: 'far' }, [EARLIEST, -1, 0, LATEST]],
  [{ animal: 'a \\ b' }, [NOON]],
];

function lines(series: typeof SERIES): string {
  return series
    .flatMap(([tags, times]) => times.map((time) => `${seriesKey(MEASUREMENT, Object.entries(tags))} f\\ 1=1.5,other=true ${time}`))
    .join('\n');
}

function counts(fromMs: number, toMs: number, ...series: (typeof SERIES)[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [tags, times] of series.flat()) {
    const key = seriesKey(MEASUREMENT, Object.entries(tags));
    const within = times.filter((time) => time >= fromMs && time < toMs).length;
    if (within > 0) found.set(key, (found.get(key) ?? 0) + within);
  }
  return found;
}

async function write(target: InfluxTarget, text: string): Promise<void> {
  const dialect = dialectOf(target);
  const answer = await fetch(target.url + dialect.writePath(target), {
    method: 'POST',
    headers: serverOf(target, dialect).headers,
    body: text,
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const target = (rest: Partial<InfluxTarget>): InfluxTarget => ({
  kind: 'influx',
  url: '',
  dialect: 'influxdb-1',
  org: undefined,
  bucket: 'geese',
  token: undefined,
  retryMs: 1000,
  ...rest,
});

/** The same for every server that keeps types and any time. */
function itAnswers(questions: () => Questions, to: () => InfluxTarget): void {
  it('counts the points of each series, between any two times', async () => {
    const count = (fromMs: number, toMs: number) => questions().countBySeries({ measurement: MEASUREMENT, field: 'f 1', fromMs, toMs });
    for (const [fromMs, toMs] of [
      [EARLIEST, LATEST + 1],
      [NOON, NOON + 1],
      [NOON + 1, NOON + 1000],
      [-1, 2],
      [EARLIEST, 0],
    ] as const) {
      expect([fromMs, await count(fromMs, toMs)]).toEqual([fromMs, counts(fromMs, toMs, SERIES, FAR_SERIES)]);
    }
    expect(await questions().countBySeries({ measurement: 'none', field: 'f 1', fromMs: 0, toMs: NOON })).toEqual(new Map());
  });

  it('gives the fields of the one point with exactly these tags', async () => {
    const tags = new Map(Object.entries(SERIES[4]![0]));
    const key = seriesKey('values', tags);
    await write(
      to(),
      [
        `${key} i=9007199254740993i,n=-9223372036854775808i,f=0.1,whole=100000000000000000000,yes=true,s="9007199254740993" ${-NOON}`,
        `${key},another=tag i=1i ${-NOON}`,
        `values i=2i ${-NOON}`,
      ].join('\n'),
    );
    const at = (which: ReadonlyMap<string, string>, timeMs = -NOON) => questions().pointAt({ measurement: 'values', tags: which, timeMs });
    expect(await at(tags)).toEqual(
      new Map<string, unknown>([
        ['f', 0.1],
        ['i', 9007199254740993n],
        ['n', -9223372036854775808n],
        ['s', '9007199254740993'],
        ['whole', 1e20],
        ['yes', true],
      ]),
    );
    expect(await at(new Map())).toEqual(new Map([['i', 2n]]));
    expect(await at(tags, -NOON + 1)).toEqual(new Map());
  });
}

describe.skipIf(!hasInfluxdb1)("an InfluxDB 1.x asked (skipped without Debian's package influxdb)", () => {
  let server: Influxdb1;
  const to = () => target({ url: server.url });
  let questions: Questions;
  beforeAll(async () => {
    server = await startInfluxdb1();
    await server.query('CREATE DATABASE geese');
    await server.query('CREATE RETENTION POLICY "other, one" ON geese DURATION INF REPLICATION 1');
    await write(to(), `${lines(SERIES)}\n${lines(FAR_SERIES)}`);
    questions = await dialectOf(to()).questions(to());
  }, 60_000);
  afterAll(() => server.stop());

  itAnswers(() => questions, to);

  it('of a retention policy tells what lies in it', async () => {
    const other = target({ url: server.url, bucket: 'geese/other, one' });
    await write(other, `${MEASUREMENT.replace(/[, ]/g, '\\$&')} f\\ 1=1 5`);
    const asked = await dialectOf(other).questions(other);
    const found = await asked.countBySeries({ measurement: MEASUREMENT, field: 'f 1', fromMs: EARLIEST, toMs: LATEST });
    expect(found).toEqual(new Map([[seriesKey(MEASUREMENT, []), 1]]));
  });

  it('by the questions for an InfluxDB 3, which has the same API, gives the same', async () => {
    const as3 = target({ url: server.url, dialect: 'influxdb-3' });
    const asked = await dialectOf(as3).questions(as3);
    const range = { fromMs: EARLIEST, toMs: LATEST + 1 };
    expect(await asked.countBySeries({ measurement: MEASUREMENT, field: 'f 1', ...range })).toEqual(
      counts(range.fromMs, range.toMs, SERIES, FAR_SERIES),
    );
  });

  it('that does not have the database says so', async () => {
    const none = target({ url: server.url, bucket: 'nope' });
    const asked = await dialectOf(none).questions(none);
    await expect(asked.countBySeries({ measurement: 'm', field: 'f', fromMs: 0, toMs: 1 })).rejects.toThrow(
      `${server.url} did not answer a query: database not found: nope.`,
    );
  });
});

describe.skipIf(realUrl === undefined)('an InfluxDB 2 asked (skipped without SKEIN_TEST_INFLUX_URL)', () => {
  const to = target({
    url: realUrl ?? '',
    dialect: 'influxdb-2',
    token: realToken,
    org: realOrg,
    bucket: `skein, 'questions' ${process.pid}`,
  });
  let questions: Questions;
  beforeAll(async () => {
    const headers = serverOf(to, dialectOf(to)).headers;
    const { orgs } = (await (await fetch(`${to.url}/api/v2/orgs?org=${realOrg}`, { headers })).json()) as { orgs: { id: string }[] };
    const bucket = { orgID: orgs[0]!.id, name: to.bucket, retentionRules: [] };
    await fetch(`${to.url}/api/v2/buckets`, { method: 'POST', headers, body: JSON.stringify(bucket) });
    await write(to, `${lines(SERIES)}\n${lines(FAR_SERIES)}`);
    questions = await dialectOf(to).questions(to);
  }, 60_000);

  itAnswers(
    () => questions,
    () => to,
  );

  it('with a wrong token says so', async () => {
    const wrong = { ...to, token: 'hush-hush' };
    const asked = await dialectOf(wrong).questions(wrong);
    await expect(asked.countBySeries({ measurement: 'm', field: 'f', fromMs: 0, toMs: 1 })).rejects.toThrow(
      /does not let this token read the bucket skein, 'questions' \d+: unauthorized/,
    );
  });
});

describe('an InfluxDB that is taking in a shard', () => {
  const CLOSED = { results: [{ error: 'engine is closed' }] };
  const TYPES = { results: [{ series: [{ columns: ['fieldKey', 'fieldType'], values: [['f', 'integer']] }] }] };

  /** Ask a server that gives these answers, one after the other, each once. */
  async function ask<Answer>(
    dialect: InfluxTarget['dialect'],
    answers: object[],
    question: (questions: Questions) => Promise<Answer>,
  ): Promise<Answer> {
    const server = createServer((_, response) => response.end(JSON.stringify(answers.shift()))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const to = target({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, dialect });
      const answer = await question(await dialectOf(to).questions(to));
      expect(answers).toEqual([]);
      return answer;
    } finally {
      server.close();
    }
  }

  it('is asked again for what all shards hold', async () => {
    const types = await ask('influxdb-2', [CLOSED, TYPES], (questions) => questions.fieldTypes('m'));
    expect(types).toEqual(new Map([['f', new Set(['integer'])]]));
  });

  it('is asked again for the types of a point, also when it did not tell them three times', async () => {
    const point = { results: [{ series: [{ tags: { animal: 'Ann' }, columns: ['time', 'f'], values: [[NOON, 7]] }] }] };
    const key = { measurement: 'm', tags: new Map([['animal', 'Ann']]), timeMs: NOON };
    const found = await ask('influxdb-1', [point, CLOSED, CLOSED, CLOSED, point, TYPES], (questions) => questions.pointAt(key));
    expect(found).toEqual(new Map([['f', 7n]]));
  });
});

describe.skipIf(!hasVictoriaMetrics)("a VictoriaMetrics asked (skipped without Debian's package victoria-metrics)", () => {
  let server: VictoriaMetrics;
  let questions: Questions;
  const to = () => target({ url: server.url, dialect: 'victoria-metrics' });
  beforeAll(async () => {
    server = await startVictoriaMetrics('100y');
    await write(to(), lines(SERIES));
    // Twice is once: a point is its series and time.
    await write(to(), lines(SERIES));
    await server.samples('{db="geese"}');
    questions = await dialectOf(to()).questions(to());
  }, 60_000);
  afterAll(() => server.stop());

  it('counts the points of each series, between any two times, each once', async () => {
    for (const [fromMs, toMs] of [
      [0, NOON * 1.2],
      [NOON, NOON + 1],
      [NOON + 1, NOON + 1000],
    ] as const) {
      expect(await questions.countBySeries({ measurement: MEASUREMENT, field: 'f 1', fromMs, toMs })).toEqual(counts(fromMs, toMs, SERIES));
    }
  });

  it('gives the fields of the one point with exactly these tags, as numbers', async () => {
    const tags = new Map(Object.entries(SERIES[4]![0]));
    const at = (which: ReadonlyMap<string, string>) => questions.pointAt({ measurement: MEASUREMENT, tags: which, timeMs: NOON });
    expect(await at(tags)).toEqual(
      new Map([
        ['f 1', 1.5],
        ['other', 1],
      ]),
    );
    expect(await at(new Map([['animal', 'nobody']]))).toEqual(new Map());
    expect(await at(new Map())).toEqual(
      new Map([
        ['f 1', 1.5],
        ['other', 1],
      ]),
    );
  });
});

describe('a series key', () => {
  it('gives back the parts that it was made of', () => {
    const name = fc
      .string({ unit: fc.constantFrom('a', ',', '=', ' ', '\\', '"', '🦢'), minLength: 1 })
      .filter((text) => !text.endsWith('\\'));
    fc.assert(
      fc.property(name, fc.dictionary(name, name), (measurement, tags) => {
        // A backslash before what is escaped is read as that on every server: such names are not told apart there either.
        const isClear = [measurement, ...Object.entries(tags).flat()].every((text) => !/\\[,= ]/.test(text));
        fc.pre(isClear);
        const parts = readSeriesKey(seriesKey(measurement, Object.entries(tags)));
        expect(parts).toEqual({ measurement, tags: new Map(Object.entries(tags)) });
      }),
    );
  });
});

describe('counting in pieces', () => {
  const range = { fromMs: -1_000_000_000, toMs: 5_000_000_000 };

  it('asks for halves of what is not answered, and adds them up', async () => {
    const asked: number[] = [];
    const found = await countInPieces(
      range,
      async ({ fromMs, toMs }) => {
        asked.push(toMs - fromMs);
        if (toMs - fromMs > 2_000_000_000) throw new Unanswered('http://server', 'timeout');
        return new Map([
          ['a', toMs - fromMs],
          [`from ${fromMs}`, 1],
        ]);
      },
      1,
    );
    expect(found.get('a')).toBe(range.toMs - range.fromMs);
    expect(found.size).toBe(5);
    expect(asked.filter((length) => length === 6_000_000_000)).toHaveLength(3);
  });

  it('takes an answer of a later attempt for the whole', async () => {
    let attempts = 0;
    const found = await countInPieces(
      range,
      async () => {
        if (++attempts < 3) throw new Unanswered('http://server', 'busy');
        return new Map([['a', 7]]);
      },
      1,
    );
    expect([attempts, found]).toEqual([3, new Map([['a', 7]])]);
  });

  it('gives up when not even a minute is answered, and at once where asking again is of no use', async () => {
    let smallest = Number.POSITIVE_INFINITY;
    const never = countInPieces(
      range,
      async ({ fromMs, toMs }) => {
        smallest = Math.min(smallest, toMs - fromMs);
        throw new Unanswered('http://server', 'timeout');
      },
      0,
    );
    await expect(never).rejects.toThrow(new SkeinError('destination', 'http://server did not answer a query: timeout.'));
    expect(smallest).toBeLessThanOrEqual(60_000);
    let attempts = 0;
    const refused = countInPieces(range, async () => {
      attempts++;
      throw new SkeinError('destination', 'no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(attempts).toBe(1);
  });
});
