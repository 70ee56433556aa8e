// What a load leaves may be of a private study: its owner alone may read it,
// whatever the umask.

import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, hasInfluxdb1, type Influxdb1, startInfluxdb1 } from './support/influxdb1.ts';
import { GEESE, skein, temporaryDirectory } from './support/skein.ts';

/** Permissions of a directory and of everything in it, in octal. */
function modesIn(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true }).map(String);
  return Object.fromEntries(['.', ...names].sort().map((name) => [name, (statSync(join(directory, name)).mode & 0o777).toString(8)]));
}

function expectPrivate(directory: string, names: string[]): void {
  expect(modesIn(directory)).toEqual(Object.fromEntries([['.', '700'], ...names.map((name) => [name, '600'])]));
}

const STATE_FILES = ['journal.ndjson', 'mapping.json', 'rejects.csv', 'rejects.reasons.csv'];

describe.each([0o000, 0o022, 0o077])('with umask %i', (umask) => {
  let before: number;
  beforeAll(() => {
    // The commands inherit it.
    before = process.umask(umask);
  });
  afterAll(() => {
    process.umask(before);
  });

  it('nobody else may read the parts of a load, its journal and its rejects', async () => {
    const out = join(temporaryDirectory(), 'new', 'out');
    expect((await skein(['load', GEESE, '--to', out])).code).toBe(0);
    expectPrivate(out, [...STATE_FILES, 'manifest.json', 'part-000000.lp.gz', 'part-000001.lp.gz']);
    expect(modesIn(dirname(out))['.']).toBe('700');
  });

  it('nobody else may read shard files', async () => {
    const out = join(temporaryDirectory(), 'out');
    expect((await skein(['load', GEESE, '--to', out, '--format', 'shards'])).code).toBe(0);
    expectPrivate(out, [...STATE_FILES, 'manifest.json', 'shard-2019-02-11.tsm', 'shard-2020-02-10.tsm']);
  });

  it('nobody else may look into one while it is under way', async () => {
    const out = join(temporaryDirectory(), 'out');
    const ended = skein(['load', GEESE, '--to', out, '--chunk-bytes', '30000', '--batch-lines', '100', '--workers', '1']);
    const seen = new Set<string>();
    let running = true;
    void ended.then(() => {
      running = false;
    });
    while (running) {
      await new Promise(setImmediate);
      for (const [name, mode] of safely(() => Object.entries(modesIn(out)))) seen.add(`${name === '.' ? 'directory' : 'file'} ${mode}`);
    }
    expect((await ended).code).toBe(0);
    expect([...seen].sort()).toEqual(['directory 700', 'file 600']);
  });

  describe.skipIf(!hasInfluxdb1)("with a real InfluxDB 1.x (skipped without Debian's package influxdb)", () => {
    let server: Influxdb1;
    beforeAll(async () => {
      server = await startInfluxdb1(ADMIN);
    }, 60_000);
    afterAll(() => server.stop());

    it('nobody else may read the state of a load into a server, and of a replay whose lines are refused', async () => {
      await server.query('CREATE DATABASE geese WITH DURATION 1w REPLICATION 1 SHARD DURATION 1d NAME short');
      // A user who may only write, so that the retention is found out by what is refused.
      const token = { INFLUX_TOKEN: await server.makeWriter('geese') };
      const to = ['--to', server.url, '--bucket', 'geese'];
      const oneDay = ['--since', '2020-03-01', '--until', '2020-03-02'];
      const states = { load: join(temporaryDirectory(), 'load'), replay: join(temporaryDirectory(), 'replay') };
      expect((await skein(['load', GEESE, ...to, ...oneDay, '--no-verify', '--state', states.load], token)).code).toBe(0);
      expectPrivate(states.load, STATE_FILES);
      const out = join(temporaryDirectory(), 'out');
      expect((await skein(['load', GEESE, '--to', out, ...oneDay])).code).toBe(0);
      expect((await skein(['replay', out, ...to, '--state', states.replay], token)).code).toBe(0);
      expectPrivate(states.replay, ['journal.ndjson', 'rejects.lp', 'rejects.reasons.csv']);
    });
  });
});

/** Files come and go meanwhile. */
function safely<Result>(look: () => Result[]): Result[] {
  try {
    return look();
  } catch {
    return [];
  }
}
