// The InfluxDB 2 client, connected as everything else is, and what its errors mean.

import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { SkeinError } from '../../errors.ts';
import { whyNoAnswer } from './ask.ts';
import { NotAllowed } from './questions.ts';
import { serverMessage } from './sentences.ts';
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

/**
 * Do something through the client.
 *
 * @param act what is done, for people, to follow "did not"
 * @throws NotAllowed when the token may not; SkeinError `destination` when it failed otherwise
 */
export async function trying<Result>(server: Server, act: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof SkeinError) throw cause;
    const said = cause instanceof HttpError ? serverMessage(server, cause.body ?? cause.message) : whyNoAnswer(cause);
    const isRefusal = cause instanceof HttpError && [401, 403, 404].includes(cause.statusCode);
    if (isRefusal) throw new NotAllowed(`${server.url} did not let this token ${act}: ${said}.`, { cause });
    throw new SkeinError('destination', `${server.url} did not ${act}: ${said}.`, { cause });
  }
}
