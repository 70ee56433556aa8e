// A real InfluxDB 1.x of our own: its data in a temporary directory, on its own
// ports, ended by its process id.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askInfluxQl, type InfluxServer, versionOf } from './influx-server.ts';
import { freePort, startServer } from './server-process.ts';
import { temporaryDirectory } from './skein.ts';

const BINARY = '/usr/bin/influxd';

/** Whether the machine has one. */
export const hasInfluxdb1 = /v1\./.test(spawnSync(BINARY, ['version'], { encoding: 'utf8' }).stdout ?? '');

/** The user of a server that wants every request to name one; the token is `name:password`. */
export const ADMIN = { name: 'admin', password: 'hush-hush' };
export const ADMIN_TOKEN = `${ADMIN.name}:${ADMIN.password}`;

export interface Influxdb1 extends InfluxServer {
  /** A user who may only write into a database and look at nothing, where users are wanted; the token. */
  makeWriter(database: string): Promise<string>;
  /**
   * Put files of points into a database in the place of what it has, as an operator would: the server makes a shard
   * for each by a point, is stopped, gets them, and is started again.
   *
   * @param shardDays how long its shards are
   */
  placeShards(
    database: string,
    shardDays: number,
    files: readonly { readonly firstMs: number; readonly bytes: Uint8Array }[],
  ): Promise<void>;
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
  const url = `http://127.0.0.1:${http}`;
  const start = () => startServer(BINARY, ['-config', join(directory, 'influxdb.conf')], `${url}/ping`);
  let server = await start();

  const headers: Record<string, string> =
    user === undefined ? {} : { authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}` };
  const query: InfluxServer['query'] = (q, database = '') => askInfluxQl(url, headers, q, database);
  if (user !== undefined) await query(`CREATE USER "${user.name}" WITH PASSWORD '${user.password}' WITH ALL PRIVILEGES`);
  async function makeWriter(database: string): Promise<string> {
    await query(`CREATE USER "${database}" WITH PASSWORD 'hush'`);
    await query(`GRANT WRITE ON "${database}" TO "${database}"`);
    return `${database}:hush`;
  }
  const placeShards: Influxdb1['placeShards'] = async (database, shardDays, files) => {
    await query(`CREATE DATABASE "${database}" WITH DURATION INF SHARD DURATION ${shardDays}d NAME autogen`);
    const lines = files.map(({ firstMs }) => `seed seed=1i ${firstMs}`).join('\n');
    const written = await fetch(`${url}/write?db=${database}&precision=ms`, { method: 'POST', headers, body: lines });
    if (!written.ok) throw new Error(await written.text());
    await query('DROP MEASUREMENT seed', database);
    const [shards] = await query(`SHOW SHARDS`).then((all) => all.filter(({ name }) => name === database));
    const columns = (row: readonly unknown[]) => ({ id: row[0], startMs: Date.parse(String(row[4])), endMs: Date.parse(String(row[5])) });
    const known = (shards?.values ?? []).map(columns);
    await server.stop();
    for (const [i, { firstMs, bytes }] of files.entries()) {
      const shard = known.find(({ startMs, endMs }) => firstMs >= startMs && firstMs < endMs);
      const folder = join(directory, 'data', database, 'autogen', String(shard?.id));
      // Several files of one shard are generations of it.
      writeFileSync(join(folder, `${String(100 + i).padStart(9, '0')}-000000001.tsm`), bytes);
    }
    server = await start();
  };
  return {
    name: `InfluxDB ${await versionOf(url)}`,
    url,
    environment: user === undefined ? {} : { INFLUX_TOKEN: `${user.name}:${user.password}` },
    query,
    dropBucket: async (database) => {
      await query(`DROP DATABASE "${database}"`);
    },
    makeWriter,
    placeShards,
    stop: () => server.stop(),
  };
}
