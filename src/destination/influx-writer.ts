// Send batches to a running InfluxDB, as bodies that are ready.
//
// API: InfluxDB 2 `/api/v2/write?org=&bucket=`, InfluxDB 1 `/write?db=&rp=`.

import { Pool } from 'undici';
import { SkeinError } from '../errors.ts';
import type { Batch, ChunkSink, DestinationWriter, InfluxTarget } from './destination.ts';
import { authorization, writeFailureSentence, writePath } from './influx-requests.ts';

/** A server's own limit on one write is 10 s; a request may take that, and more for a large body. */
const BASE_TIMEOUT_MS = 30_000;
const TIMEOUT_MS_PER_MIB = 10_000;
/** Of an error's body no more is read: servers echo what they were sent. */
const MAX_ERROR_BYTES = 4096;

export class InfluxWriter implements DestinationWriter {
  readonly #target: InfluxTarget;
  readonly #pool: Pool;

  /** @param inFlight how many requests are sent at once, each over a connection kept open */
  constructor(target: InfluxTarget, inFlight: number) {
    this.#target = target;
    this.#pool = new Pool(new URL(target.url).origin, { connections: inFlight, pipelining: 1 });
  }

  openChunk(): ChunkSink {
    return { send: (batch) => this.#send(batch), finish: async () => undefined, abandon: async () => {} };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #send({ body }: Batch): Promise<void> {
    const timeoutMs = BASE_TIMEOUT_MS + Math.ceil(body.length / 2 ** 20) * TIMEOUT_MS_PER_MIB;
    const { statusCode, text } = await this.#request(body, timeoutMs);
    if (statusCode >= 300) throw new SkeinError('destination', writeFailureSentence(this.#target, statusCode, text));
  }

  async #request(body: Uint8Array, timeoutMs: number): Promise<{ statusCode: number; text: string }> {
    try {
      const answer = await this.#pool.request({
        method: 'POST',
        path: writePath(this.#target),
        headers: { ...authorization(this.#target), 'content-encoding': 'gzip', 'content-type': 'text/plain; charset=utf-8' },
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      let text = '';
      for await (const piece of answer.body) {
        text += Buffer.from(piece as Uint8Array).toString('utf8');
        if (text.length >= MAX_ERROR_BYTES) break;
      }
      return { statusCode: answer.statusCode, text: text.slice(0, MAX_ERROR_BYTES) };
    } catch (cause) {
      throw new SkeinError('destination', `${this.#target.url} did not answer a write: ${(cause as Error).message}.`, { cause });
    }
  }
}
