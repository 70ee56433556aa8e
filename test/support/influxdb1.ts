// A real InfluxDB 1.x of our own: its data in a temporary directory, on its own
// ports, ended by its process id.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryDirectory } from './skein.ts';

const BINARY = '/usr/bin/influxd';
const START_MS = 30_000;

/** Whether the machine has one. */
export const hasInfluxdb1 = /v1\./.test(spawnSync(BINARY, ['version'], { encoding: 'utf8' }).stdout ?? '');

export interface Influxdb1 {
  readonly url: string;
  /** Run InfluxQL; the values of each series found. */
  query(q: string, database?: string): Promise<{ columns: string[]; values: unknown[][]; tags?: Record<string, string> }[]>;
  stop(): Promise<void>;
}

/** @param user with a password, wants every request to name them */
export async function startInfluxdb1(user?: { name: string; password: string }): Promise<Influxdb1> {
  const directory = temporaryDirectory();
  const [http, rpc] = [await freePort(), await freePort()];
  writeFileSync(
    join(directory, 'influxdb.conf'),
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${directory}/meta"
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
[http]
  bind-address = "127.0.0.1:${http}"
  auth-enabled = ${user !== undefined}
  log-enabled = false
`,
  );
  const server = spawn(BINARY, ['-config', join(directory, 'influxdb.conf')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${http}`;
  await untilUp(url, server);

  async function query(q: string, database = ''): ReturnType<Influxdb1['query']> {
    const headers = user === undefined ? {} : { authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}` };
    const answer = await fetch(`${url}/query?${new URLSearchParams({ q, db: database, epoch: 'ms' })}`, { method: 'POST', headers });
    const { results, error } = (await answer.json()) as { results?: { series?: []; error?: string }[]; error?: string };
    const failure = error ?? results?.[0]?.error;
    if (failure !== undefined) throw new Error(`${q}: ${failure}`);
    return results?.[0]?.series ?? [];
  }

  if (user !== undefined) await query(`CREATE USER "${user.name}" WITH PASSWORD '${user.password}' WITH ALL PRIVILEGES`);
  return {
    url,
    query,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilUp(url: string, server: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(100)) {
    if (server.exitCode !== null) throw new Error(`influxd ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.status === 204) return;
  }
  throw new Error('influxd did not come up');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
