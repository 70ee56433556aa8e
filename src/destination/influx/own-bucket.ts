// A bucket of an InfluxDB 2 that a run made and nobody else, known by its id;
// and until that is noted, by a mark in its description.

import { type Bucket, BucketsAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';
import { clientOf, trying } from './influxdb-2-client.ts';
import { NotAllowed } from './questions.ts';
import type { Server } from './server.ts';
import type { InfluxTarget } from './target.ts';

/** Deleting one with much in it takes its time. */
const TIMEOUT_MS = 600_000;

export class OwnBuckets {
  readonly #server: Server;
  readonly #org: string;
  readonly #bucket: string;
  readonly #api: BucketsAPI;

  constructor(server: Server, { org = '', bucket }: Pick<InfluxTarget, 'org' | 'bucket'>) {
    this.#server = server;
    this.#org = org;
    this.#bucket = bucket;
    this.#api = new BucketsAPI(clientOf(server, TIMEOUT_MS));
  }

  /**
   * Make it, to keep points for ever.
   *
   * @returns its id
   * @throws NotAllowed; SkeinError `destination`, also when there is one of that name
   */
  async make(shardGroupDurationSeconds: number, mark: string): Promise<string> {
    const { id = '' } = await this.#try('make', async (): Promise<Bucket> => {
      const { orgs = [] } = await new OrgsAPI(clientOf(this.#server, TIMEOUT_MS)).getOrgs({ org: this.#org });
      const orgID = orgs[0]?.id;
      if (orgID === undefined) throw new NotAllowed(`${this.#server.url} has no organization ${this.#org}. Check --org or INFLUX_ORG.`);
      return this.#api.postBuckets({
        body: {
          orgID,
          name: this.#bucket,
          description: descriptionOf(mark),
          retentionRules: [{ type: 'expire', everySeconds: 0, shardGroupDurationSeconds }],
        },
      });
    });
    return id;
  }

  /** The id of the one that `make` made with this mark; undefined when there is none. */
  async find(mark: string): Promise<string | undefined> {
    const found = await this.#try('look at', () => this.#api.getBuckets({ org: this.#org, name: this.#bucket })).catch((error: unknown) => {
      // That none has the name is an error of the server's.
      if (error instanceof NotAllowed) return undefined;
      throw error;
    });
    return found?.buckets?.find(({ description }) => description === descriptionOf(mark))?.id;
  }

  /** Delete it with all that it holds. One that is gone already is no error. */
  async remove(bucketID: string): Promise<void> {
    await this.#try('delete', () => this.#api.deleteBucketsID({ bucketID })).catch((error: unknown) => {
      if (!(error instanceof NotAllowed) || !/not found/.test(error.message)) throw error;
    });
  }

  #try<Result>(verb: string, action: () => Promise<Result>): Promise<Result> {
    return trying(this.#server, `${verb} the bucket ${this.#bucket}`, action);
  }
}

function descriptionOf(mark: string): string {
  return `made by skein load --via shards, run ${mark}`;
}
