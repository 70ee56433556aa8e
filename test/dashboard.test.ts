// The Grafana dashboard: that what is committed is what the code gives, and that
// each panel gets rows of the shape that it shows, from a real InfluxDB 2 when
// SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and INFLUX_ORG name one, else from what one
// was recorded to answer.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { InfluxDB } from '@influxdata/influxdb-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { asGrafana } from './support/as-grafana.ts';
import { hasInfluxdb2, openInfluxdb2 } from './support/influxdb2.ts';
import { openRecorded, type RecordedServer } from './support/recorded-server.ts';
import { GEESE, skein } from './support/skein.ts';

const GRAFANA = new URL('../grafana/', import.meta.url);
// Compiled, as the code finds the queries from where it is built.
const { buildDashboard } = (await import(
  new URL('../dist/grafana/dashboard.js', import.meta.url).href
)) as typeof import('../grafana/dashboard.ts');

interface Target {
  readonly refId: string;
  readonly query: string;
  readonly datasource: { readonly uid: string };
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets: readonly Target[];
  readonly maxDataPoints?: number;
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } };
}

interface Variable {
  readonly name: string;
  readonly query: string | { readonly query: string };
}

interface Committed {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

const text = readFileSync(new URL('dashboards/skein.json', GRAFANA), 'utf8');
const dashboard = JSON.parse(text) as Committed;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const targets = panels.flatMap((panel) => panel.targets);

describe('the dashboard', () => {
  it('is what the code gives (npm run dashboard writes it)', () => {
    expect(`${JSON.stringify(buildDashboard(), null, 2)}\n`).toBe(text);
  });

  it('tells on each panel what it shows, with a unit', () => {
    for (const { title, description, fieldConfig } of panels) {
      expect([title, description?.length ?? 0]).toEqual([title, expect.toSatisfy((length) => length > 40)]);
      expect([title, fieldConfig.defaults.unit]).toEqual([title, expect.any(String)]);
    }
  });

  it('holds to a number of points a series that a browser can draw', () => {
    for (const { title, type, maxDataPoints } of panels) {
      if (type === 'table') continue;
      expect([title, maxDataPoints]).toEqual([title, expect.toSatisfy((points) => points <= 1000)]);
    }
    // Those whose rows are more the more is loaded are cut into windows, or to a number.
    for (const { refId, query } of targets) {
      if (refId !== 'books') expect([refId, query]).toEqual([refId, expect.stringMatching(/v\.windowPeriod|limit\(n: 1000\)/)]);
    }
  });

  it('asks what the files in src/query/flux ask, which it changes in nothing but their settings', () => {
    for (const { refId, query } of targets) {
      const lines = readFileSync(new URL(`../src/query/flux/${refId}.flux`, import.meta.url), 'utf8').split('\n');
      const own = lines.filter((line) => !/^(import|option) /.test(line)).join('\n');
      expect(query.replaceAll(/^option .*\n/gm, '').endsWith(own)).toBe(true);
    }
  });

  it('is provisioned: the folder, the data source and the mounts are those of the files', () => {
    const provider = parse(readFileSync(new URL('provisioning/dashboards/skein.yaml', GRAFANA), 'utf8')) as {
      providers: { options: { path: string } }[];
    };
    const sources = parse(readFileSync(new URL('provisioning/datasources/influxdb.yaml', GRAFANA), 'utf8')) as {
      datasources: { uid: string; type: string }[];
    };
    const { services } = parse(readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8')) as {
      services: { grafana: { volumes: string[] } };
    };
    const mounts = new Map(services.grafana.volumes.map((volume) => volume.split(':') as [string, string]));
    for (const [folder, mounted] of mounts) {
      if (folder.startsWith('./')) expect([folder, existsSync(new URL(`../${folder}`, import.meta.url))]).toEqual([folder, true]);
      if (folder === './grafana/dashboards') expect(provider.providers.map(({ options }) => options.path)).toEqual([mounted]);
    }
    expect(readdirSync(new URL('dashboards/', GRAFANA))).toEqual(['skein.json']);
    expect([...mounts.keys()]).toContain('./grafana/dashboards');
    expect(mounts.get('./grafana/provisioning')).toBe('/etc/grafana/provisioning');
    const [source] = sources.datasources;
    for (const { datasource } of targets) expect(datasource).toMatchObject({ uid: source?.uid, type: source?.type });
  });
});

describe(`what the panels get (${hasInfluxdb2 ? 'a real InfluxDB 2' : 'recorded'})`, () => {
  const bucket = 'skein-test-dashboard';
  const { SKEIN_TEST_INFLUX_URL: realUrl, INFLUX_TOKEN: token = 'recorded', INFLUX_ORG: org = 'skein' } = process.env;
  const asked = { bucket, from: '2019-07-01T00:00:00Z', to: '2021-02-01T00:00:00Z', windowPeriod: '480h0m0s' };
  const TWO = ['"Duchess"', 'Sigrún, first of Ísafjörður'];
  const choices = { measurement: 'movebank', gap: '30', individual: TWO };
  let server: RecordedServer;

  beforeAll(async () => {
    if (realUrl !== undefined) {
      const loaded = await skein(['load', GEESE, '--to', realUrl, '--bucket', bucket, '--create-bucket', '--no-verify'], {
        INFLUX_TOKEN: token,
        INFLUX_ORG: org,
      });
      expect([loaded.code, loaded.stderr]).toEqual([0, expect.any(String)]);
    }
    server = await openRecorded('dashboard', realUrl);
  });
  afterAll(async () => {
    await server.close();
    if (realUrl !== undefined) await (await openInfluxdb2()).dropBucket(bucket);
  });

  type Row = Readonly<Record<string, unknown>>;
  const ask = (flux: string, chosen: Parameters<typeof asGrafana>[1]['choices'] = choices): Promise<Row[]> =>
    new InfluxDB({ url: server.url, token }).getQueryApi(org).collectRows<Row>(asGrafana(flux, { ...asked, choices: chosen }));
  const rowsOf = (name: string): Promise<Row[]> => ask(targets.find(({ refId }) => refId === name)?.query ?? '');
  const animalsIn = (rows: readonly Row[]): unknown[] => [...new Set(rows.map((row) => row['individual_local_identifier']))];

  const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const NUMBER = expect.any(Number);
  const WHOSE = { study_name: expect.any(String), individual_local_identifier: expect.any(String) };
  // A series has `_time` and `_value`, so that Grafana makes a frame of it whose labels are the other columns.
  const SERIES = { _time: TIME, _value: NUMBER, ...WHOSE };

  it.each(['latitude', 'displacement', 'speed', 'fixes-per-day', 'outliers'])(
    '%s: a series an animal, in the order of the alphabet, by which colours are given',
    async (name) => {
      const rows = await rowsOf(name);
      expect(animalsIn(rows)).toEqual(TWO);
      const tables = new Map<unknown, string[]>();
      for (const { result: _, table, ...row } of rows) {
        expect(row).toEqual(SERIES);
        tables.set(table, [...(tables.get(table) ?? []), String(row['_time'])]);
      }
      expect(tables.size).toBe(TWO.length);
      for (const times of tables.values()) expect(times).toEqual([...times].sort());
    },
  );

  it('displacement begins at 0, and speed is what it takes from place to place', async () => {
    const displaced = await rowsOf('displacement');
    for (const animal of TWO) expect(displaced.find((row) => row['individual_local_identifier'] === animal)?.['_value']).toBe(0);
    for (const { _value } of displaced) expect(_value).toBeLessThan(20_016);
    for (const { _value } of await rowsOf('speed')) expect(_value).toSatisfy((speed) => Number(speed) >= 0 && Number(speed) < 40);
  });

  it('routes: the places of tracks, with a number for each animal, of which the map has a layer', async () => {
    const rows = await rowsOf('routes');
    for (const { result: _, table: __, ...row } of rows)
      expect(row).toEqual({ _time: TIME, lat: NUMBER, lon: NUMBER, number: NUMBER, ...WHOSE });
    expect([...new Set(rows.map((row) => `${row['number']} ${row['individual_local_identifier']}`))]).toEqual(
      TWO.map((name, i) => `${i + 1} ${name}`),
    );
    const latitudes = await rowsOf('latitude');
    expect(rows.map((row) => row['lat'])).toEqual(latitudes.map((row) => row['_value']));
  });

  it('last-place: one row an animal', async () => {
    const rows = await rowsOf('last-place');
    expect(rows).toEqual(
      TWO.map((name, index) =>
        expect.objectContaining({ number: index + 1, individual_local_identifier: name, _time: TIME, lat: NUMBER, lon: NUMBER }),
      ),
    );
  });

  it('gaps: from, to and days, the longest first', async () => {
    const rows = await ask(targets.find(({ refId }) => refId === 'gaps')?.query ?? '', { ...choices, gap: '0.3' });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const days = (Date.parse(String(row['to'])) - Date.parse(String(row['from']))) / 86_400_000;
      expect(row).toMatchObject({ from: TIME, to: TIME, days: expect.closeTo(days, 3), ...WHOSE });
      expect(days).toBeGreaterThanOrEqual(0.3);
    }
    const lengths = rows.map((row) => Number(row['days']));
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  });

  it('books: the last load of each file, with the time range that a click on it shows', async () => {
    const [row, ...others] = await rowsOf('books');
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      _time: TIME,
      source: 'geese.csv',
      measurement: 'movebank',
      rows: 21_000,
      points: 20_724,
      duplicates: 264,
      rejected: 12,
      filtered: 0,
      seconds: NUMBER,
      from: Date.parse('2019-07-18T02:00:54Z'),
      to: Date.parse('2021-01-14T09:00:56Z') + 1,
    });
    expect(text).toMatch(
      /from=\$\{__data\.fields\.from\.numeric}&to=\$\{__data\.fields\.to\.numeric}&var-measurement=\$\{__data\.fields\.measurement}/,
    );
  });

  it('the choices: each names what is in the database, within the choices before it', async () => {
    const valuesOf = async (name: string, chosen = {}): Promise<unknown[]> => {
      const { query } = dashboard.templating.list.find((variable) => variable.name === name) as { query: { query: string } };
      return (await ask(query.query, { measurement: 'movebank', ...chosen })).map((row) => row['_value']);
    };
    expect(await valuesOf('measurement')).toEqual(['movebank']);
    const [study, ...others] = await valuesOf('study');
    expect([String(study), others]).toEqual([expect.stringContaining('Geese of three flyways'), []]);
    expect(await valuesOf('taxon', { study: String(study) })).toEqual(['Anser brachyrhynchus', 'Branta leucopsis']);
    const all = await valuesOf('individual', { study: String(study) });
    expect(all).toHaveLength(12);
    const some = await valuesOf('individual', { taxon: ['Anser brachyrhynchus'] });
    expect(some).toHaveLength(4);
    expect(all).toEqual(expect.arrayContaining(some));
  });
});
