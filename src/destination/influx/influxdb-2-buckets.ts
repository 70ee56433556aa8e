// Buckets of an InfluxDB 2, through its own client.

import type { InfluxDB } from '@influxdata/influxdb-client';
import { type Bucket, BucketsAPI, DeleteAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';
import type { BucketFacts, Buckets } from './buckets.ts';
import { clientOf, trying } from './influxdb-2-client.ts';
import { NotAllowed } from './questions.ts';
import type { Server } from './server.ts';
import { DEFAULT_GROUP_SECONDS } from './shard-groups.ts';
import type { InfluxTarget } from './target.ts';

/** Emptying a bucket of years takes its time. */
const TIMEOUT_MS = 600_000;
/** All that the server can store. */
const EVER = { start: '1677-09-21T00:12:43.145224194Z', stop: '2262-04-11T23:47:16.854775806Z' };
/** A server lists no more at once. */
const PAGE_BUCKETS = 100;

export class Influxdb2Buckets implements Buckets {
  readonly #server: Server;
  readonly #org: string;
  readonly #bucket: string;
  readonly #client: InfluxDB;

  constructor(server: Server, { org = '', bucket }: Pick<InfluxTarget, 'org' | 'bucket'>) {
    this.#server = server;
    this.#org = org;
    this.#bucket = bucket;
    this.#client = clientOf(server, TIMEOUT_MS);
  }

  /** A token that may only write gets an empty list: that is not missing. */
  async find(): Promise<BucketFacts | 'hidden'> {
    const bucket = await this.#try('look at', () => this.#found()).catch((error: unknown) => {
      if (error instanceof NotAllowed) return undefined;
      throw error;
    });
    if (bucket === undefined) return 'hidden';
    const { everySeconds = 0, shardGroupDurationSeconds = DEFAULT_GROUP_SECONDS } = bucket.retentionRules[0] ?? {};
    return { retentionMs: everySeconds === 0 ? undefined : everySeconds * 1000, shardGroupSeconds: shardGroupDurationSeconds };
  }

  async create(shardGroupDurationSeconds: number): Promise<void> {
    await this.#try('make', async (): Promise<Bucket> => {
      const { orgs = [] } = await new OrgsAPI(this.#client).getOrgs({ org: this.#org });
      const orgID = orgs[0]?.id;
      if (orgID === undefined) {
        throw new NotAllowed(
          `${this.#server.url} does not let this token see the organization ${this.#org}, and so not ${this.#act('make')}.`,
        );
      }
      return new BucketsAPI(this.#client).postBuckets({
        body: { orgID, name: this.#bucket, retentionRules: [{ type: 'expire', everySeconds: 0, shardGroupDurationSeconds }] },
      });
    });
  }

  async empty(): Promise<void> {
    await this.#try('empty', () => new DeleteAPI(this.#client).postDelete({ org: this.#org, bucket: this.#bucket, body: EVER }));
  }

  async remove(): Promise<void> {
    await this.#try('delete', async () => {
      const { id } = (await this.#found()) ?? {};
      if (id === undefined)
        throw new NotAllowed(`${this.#server.url} does not let this token ${this.#act('look at')}, and so not delete it.`);
      await new BucketsAPI(this.#client).deleteBucketsID({ bucketID: id });
    });
  }

  names(): Promise<string[]> {
    return this.#try('look at', async () => {
      const names: string[] = [];
      for (let more = true; more; ) {
        const { buckets = [] } = await new BucketsAPI(this.#client).getBuckets({
          org: this.#org,
          limit: PAGE_BUCKETS,
          offset: names.length,
        });
        names.push(...buckets.map(({ name }) => name));
        more = buckets.length === PAGE_BUCKETS;
      }
      return names;
    });
  }

  async #found(): Promise<Bucket | undefined> {
    return (await new BucketsAPI(this.#client).getBuckets({ org: this.#org, name: this.#bucket })).buckets?.[0];
  }

  #try<Result>(verb: string, action: () => Promise<Result>): Promise<Result> {
    return trying(this.#server, this.#act(verb), action);
  }

  #act(verb: string): string {
    return `${verb} the bucket ${this.#bucket}`;
  }
}
