// The InfluxDB 2 that a bench may fill: a fresh bucket for each run, gone after it.

import { InfluxDB } from '@influxdata/influxdb-client';
import { BucketsAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';

/** As Skein makes them. */
const SHARD_GROUP_SECONDS = 52 * 7 * 86_400;

export class BenchServer {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly #buckets: BucketsAPI;
  readonly #orgID: string;
  #made = 0;

  private constructor(url: string, token: string, org: string, buckets: BucketsAPI, orgID: string) {
    this.url = url;
    this.token = token;
    this.org = org;
    this.#buckets = buckets;
    this.#orgID = orgID;
  }

  /** The one that SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and INFLUX_ORG name. */
  static async ofEnvironment(): Promise<BenchServer> {
    const { SKEIN_TEST_INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org } = process.env;
    if (url === undefined || token === undefined || org === undefined) {
      throw new Error('This section wants an InfluxDB 2 in SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and INFLUX_ORG');
    }
    const client = new InfluxDB({ url, token });
    const orgID = (await new OrgsAPI(client).getOrgs({ org })).orgs?.[0]?.id;
    if (orgID === undefined) throw new Error(`${url} has no organization ${org}`);
    return new BenchServer(url, token, org, new BucketsAPI(client), orgID);
  }

  async withBucket<Result>(use: (bucket: string, id: string) => Promise<Result>): Promise<Result> {
    const name = `skein-bench-${process.pid}-${this.#made++}`;
    const retentionRules = [{ type: 'expire' as const, everySeconds: 0, shardGroupDurationSeconds: SHARD_GROUP_SECONDS }];
    const { id = '' } = await this.#buckets.postBuckets({ body: { orgID: this.#orgID, name, retentionRules } });
    try {
      return await use(name, id);
    } finally {
      await this.#buckets.deleteBucketsID({ bucketID: id });
    }
  }
}
