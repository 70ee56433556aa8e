// The InfluxDB 2 that a bench may fill: a fresh bucket for each run, gone after it.

import { InfluxDB } from '@influxdata/influxdb-client';
import { BucketsAPI, HealthAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';
import type { Destination } from './programs.ts';
import { serverCpuSeconds } from './server-cpu.ts';

/** As Skein makes them. */
const SHARD_GROUP_SECONDS = 52 * 7 * 86_400;
/** Every row has one. */
const KEY_FIELD = 'event_id';

const { SKEIN_TEST_INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org } = process.env;

/** Whether the environment names one. */
export const hasBenchServer = url !== undefined && token !== undefined && org !== undefined;
export const HOW_TO_GET_A_SERVER =
  'an InfluxDB 2 that may be filled, in SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and INFLUX_ORG (docker compose up starts one)';

export class BenchServer {
  readonly name: string;
  readonly #client: InfluxDB;
  readonly #server: { readonly url: string; readonly token: string; readonly org: string };
  readonly #orgID: string;
  #made = 0;

  private constructor(name: string, client: InfluxDB, server: { url: string; token: string; org: string }, orgID: string) {
    this.name = name;
    this.#client = client;
    this.#server = server;
    this.#orgID = orgID;
  }

  /** The one that SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and INFLUX_ORG name. */
  static async ofEnvironment(): Promise<BenchServer> {
    if (url === undefined || token === undefined || org === undefined) throw new Error(`This section wants ${HOW_TO_GET_A_SERVER}`);
    const client = new InfluxDB({ url, token, timeout: 60_000 });
    const { version = 'of unknown version' } = await new HealthAPI(client).getHealth();
    const orgID = (await new OrgsAPI(client).getOrgs({ org })).orgs?.[0]?.id;
    if (orgID === undefined) throw new Error(`${url} has no organization ${org}`);
    return new BenchServer(`InfluxDB ${version.replace(/^v/, '')}`, client, { url, token, org }, orgID);
  }

  async withBucket<Result>(use: (bucket: Destination, id: string) => Promise<Result>): Promise<Result> {
    const buckets = new BucketsAPI(this.#client);
    const name = `skein-bench-${process.pid}-${this.#made++}`;
    const retentionRules = [{ type: 'expire' as const, everySeconds: 0, shardGroupDurationSeconds: SHARD_GROUP_SECONDS }];
    const { id = '' } = await buckets.postBuckets({ body: { orgID: this.#orgID, name, retentionRules } });
    try {
      return await use({ ...this.#server, bucket: name, arrived: () => this.#count(name) }, id);
    } finally {
      await buckets.deleteBucketsID({ bucketID: id });
    }
  }

  /** A bucket that is yet to be made, and is deleted in the end. */
  async withNewBucket<Result>(use: (bucket: Destination) => Promise<Result>): Promise<Result> {
    const buckets = new BucketsAPI(this.#client);
    const name = `skein-bench-${process.pid}-${this.#made++}`;
    try {
      return await use({ ...this.#server, bucket: name, arrived: () => this.#count(name) });
    } finally {
      const { buckets: [made] = [] } = await buckets.getBuckets({ org: this.#server.org, name }).catch(() => ({ buckets: [] }));
      if (made?.id !== undefined) await buckets.deleteBucketsID({ bucketID: made.id });
    }
  }

  /** That the server has used since it was started; NaN where that is not known. */
  get cpuSeconds(): number {
    return serverCpuSeconds(this.#server.url);
  }

  /** Points are those of the field that every row has, as other rows of the same key would have replaced them. */
  async #count(bucket: string): Promise<{ lines: number; values: number }> {
    const query = `from(bucket: "${bucket}") |> range(start: 2000-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z) |> filter(fn: (r) => r._measurement == "movebank") |> count() |> group(columns: ["_field"]) |> sum()`;
    const found = await this.#client.getQueryApi(this.#server.org).collectRows<{ _field: string; _value: number }>(query);
    const lines = found.find(({ _field }) => _field === KEY_FIELD)?._value ?? 0;
    return { lines, values: found.reduce((sum, { _value }) => sum + _value, 0) };
  }
}
