// Send batches to a running InfluxDB, as bodies that are ready, until they are
// taken or it is certain that they will not be.
//
// API: InfluxDB 2 `/api/v2/write?org=&bucket=`, InfluxDB 1 `/write?db=&rp=`.

import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { SkeinError } from '../errors.ts';
import type { Batch, ChunkSink, DestinationWriter, InfluxTarget, RefusedLine } from './destination.ts';
import { judgeAnswer, type Verdict } from './influx-answers.ts';
import { authorization, serverMessage, writeFailureSentence, writePath } from './influx-requests.ts';
import type { RunGauge } from './run-gauge.ts';

/** A server's own limit on one write is 10 s; a request may take that, and more for a large body. */
const BASE_TIMEOUT_MS = 30_000;
const TIMEOUT_MS_PER_MIB = 10_000;
/** A server that takes this long for a batch has too many under way. */
const SLOW_ANSWER_MS = 8_000;
/** Of an error's body no more is read: servers echo what they were sent. */
const MAX_ERROR_BYTES = 4096;

/** Waits between attempts: anything up to twice the time of the one before, so that workers do not come back together. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** A 500 can be for ever: at some time it is enough. */
const MAX_ATTEMPTS = 100;

const LF = 10;

/** Lines of a batch that are sent as one body. */
interface Piece {
  readonly body: Uint8Array;
  /** Number in the batch of the first of them. */
  readonly firstLine: number;
  readonly lines: number;
}

interface Answer {
  readonly verdict: Verdict;
  /** 0 when there was no answer. */
  readonly status: number;
  /** The server's own words, fit for people; or why there was no answer. */
  readonly message: string;
}

export class InfluxWriter implements DestinationWriter {
  readonly #target: InfluxTarget;
  readonly #gauge: RunGauge;
  readonly #pool: Pool;

  /** @param inFlight how many requests this worker sends at once, each over a connection kept open */
  constructor(target: InfluxTarget, inFlight: number, gauge: RunGauge) {
    this.#target = target;
    this.#gauge = gauge;
    this.#pool = new Pool(new URL(target.url).origin, { connections: inFlight, pipelining: 1 });
  }

  openChunk(): ChunkSink {
    return {
      send: ({ body, lines }: Batch) => this.#deliver({ body, firstLine: 0, lines }),
      finish: async () => undefined,
      abandon: async () => {},
    };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Send a piece; if it is too large or some line of it is refused, its halves. */
  async #deliver(piece: Piece): Promise<RefusedLine[]> {
    const { verdict, status, message } = await this.#untilAnswered(piece);
    if (verdict.kind === 'taken') return [];
    if (verdict.kind === 'stop') throw new SkeinError('destination', writeFailureSentence(this.#target, status, message));
    if (verdict.kind === 'smaller') this.#gauge.tooLarge(piece.lines);
    if (piece.lines === 1) return [{ line: piece.firstLine, message }];
    const [first, second] = halve(piece);
    return [...(await this.#deliver(first)), ...(await this.#deliver(second))];
  }

  /** @throws SkeinError `destination` when the server does not take it in the time that the user gives it */
  async #untilAnswered({ body }: Piece): Promise<Answer> {
    const { retryMs } = this.#target;
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#gauge.permit(attempt > 1, () => this.#attempt(body));
      const { verdict } = answer;
      if (verdict.kind !== 'again') return answer;
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
      const waitMs = verdict.afterMs + Math.random() * longest;
      const tried = performance.now() - began;
      if (attempt >= MAX_ATTEMPTS || tried + waitMs > retryMs) {
        const what = answer.status === 0 ? `did not answer: ${answer.message}` : `answered with status ${answer.status}: ${answer.message}`;
        throw new SkeinError(
          'destination',
          `${this.#target.url} ${what}. Tried ${attempt === 1 ? 'once' : `${attempt} times`} in ${Math.round(tried / 1000)} s.`,
        );
      }
      await sleep(waitMs);
    }
  }

  async #attempt(body: Uint8Array): Promise<Answer> {
    const timeoutMs = BASE_TIMEOUT_MS + Math.ceil(body.length / 2 ** 20) * TIMEOUT_MS_PER_MIB;
    const began = performance.now();
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
      const retryAfter = answer.headers['retry-after'];
      const verdict = judgeAnswer(answer.statusCode, typeof retryAfter === 'string' ? retryAfter : undefined, Date.now());
      const isSlow = performance.now() - began > SLOW_ANSWER_MS;
      if (isSlow || (verdict.kind === 'again' && verdict.overload)) this.#gauge.halve();
      else if (verdict.kind === 'taken') this.#gauge.grow();
      return { verdict, status: answer.statusCode, message: serverMessage(this.#target, text.slice(0, MAX_ERROR_BYTES)) };
    } catch (error) {
      this.#gauge.halve();
      return { verdict: { kind: 'again', afterMs: 0, overload: true }, status: 0, message: (error as Error).message };
    }
  }
}

/** The piece as two, each with half of its lines, which are at least two. */
function halve({ body, firstLine, lines }: Piece): [Piece, Piece] {
  const text = gunzipSync(body);
  const half = lines >> 1;
  let cut = 0;
  for (let line = 0; line < half; line++) cut = text.indexOf(LF, cut) + 1;
  return [
    { body: gzipSync(text.subarray(0, cut), { level: 1 }), firstLine, lines: half },
    { body: gzipSync(text.subarray(cut), { level: 1 }), firstLine: firstLine + half, lines: lines - half },
  ];
}
