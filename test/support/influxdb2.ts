// A real InfluxDB 2 that somebody runs: SKEIN_TEST_INFLUX_URL, INFLUX_TOKEN and
// INFLUX_ORG name it. Its token may make and remove buckets.

import { InfluxDB } from '@influxdata/influxdb-client';
import { BucketsAPI } from '@influxdata/influxdb-client-apis';
import { askInfluxQl, type InfluxServer, versionOf } from './influx-server.ts';

const { SKEIN_TEST_INFLUX_URL: url = '', INFLUX_TOKEN: token = '', INFLUX_ORG: org = '' } = process.env;

export const hasInfluxdb2 = url !== '';

export async function openInfluxdb2(): Promise<InfluxServer> {
  const buckets = new BucketsAPI(new InfluxDB({ url, token }));
  return {
    name: `InfluxDB 2 (${await versionOf(url)})`,
    url,
    environment: { INFLUX_TOKEN: token, INFLUX_ORG: org },
    query: (q, bucket = '') => askInfluxQl(url, { authorization: `Token ${token}` }, q, bucket),
    dropBucket: async (name) => {
      const { buckets: [found] = [] } = await buckets.getBuckets({ name, org });
      if (found?.id !== undefined) await buckets.deleteBucketsID({ bucketID: found.id });
    },
    stop: async () => {},
  };
}
