// The InfluxDB 2 client, connected as everything else is.

import { InfluxDB } from '@influxdata/influxdb-client';
import type { Server } from './server.ts';
import { tlsOptions } from './tls.ts';

/** @param timeoutMs without a word from the server */
export function clientOf({ url, token = '', ca }: Server, timeoutMs: number): InfluxDB {
  return new InfluxDB({ url, token, timeout: timeoutMs, transportOptions: { ...tlsOptions(ca) } });
}
