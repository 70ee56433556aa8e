// The InfluxDB 2 client, connected as everything else is.

import { InfluxDB } from '@influxdata/influxdb-client';
import type { Server } from './server.ts';
import { tlsOptions } from './tls.ts';

/**
 * @param timeoutMs without a word from the server
 * @param signal ends its requests
 */
export function clientOf({ url, token = '', ca }: Server, timeoutMs: number, signal?: AbortSignal): InfluxDB {
  return new InfluxDB({
    url,
    token,
    timeout: timeoutMs,
    transportOptions: { ...tlsOptions(ca), ...(signal === undefined ? {} : { signal }) },
  });
}
