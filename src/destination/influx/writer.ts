// Send batches to a running server, as bodies that are ready, until they are
// taken or it is certain that they will not be.

import { Pool } from 'undici';
import { SkeinError } from '../../errors.ts';
import type { Batch, ChunkSink, DestinationWriter, RefusedLine } from '../destination.ts';
import type { RunGauge } from '../run-gauge.ts';
import { judgeAnswer, type Verdict } from './answers.ts';
import { beginningOf } from './body.ts';
import type { Dialect, Refusal } from './dialect.ts';
import { dialectOf } from './dialects.ts';
import { halve, linesOf, type Piece, wholeBatch, without } from './piece.ts';
import { serverMessage, serverWords, writeFailureSentence } from './sentences.ts';
import { below, type Server, serverOf } from './server.ts';
import type { InfluxTarget } from './target.ts';
import { tlsOptions } from './tls.ts';

/** A server's own limit on one write is 10 s; a request may take that, and more for a large body. */
const BASE_TIMEOUT_MS = 30_000;
const TIMEOUT_MS_PER_MIB = 10_000;
/** A server that takes this long for a batch has too many under way. */
const SLOW_ANSWER_MS = 8_000;

/** Waits between attempts: anything up to twice the time of the one before, so that workers do not come back together. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** A 500 can be for ever: at some time it is enough. */
const MAX_ATTEMPTS = 100;

interface Answer extends Refusal {
  readonly verdict: Verdict;
}

export class InfluxWriter implements DestinationWriter {
  readonly #target: InfluxTarget;
  readonly #dialect: Dialect;
  readonly #server: Server;
  readonly #path: string;
  readonly #gauge: RunGauge;
  readonly #pool: Pool;

  /** @param inFlight how many requests this worker sends at once, each over a connection kept open */
  constructor(target: InfluxTarget, inFlight: number, gauge: RunGauge) {
    this.#target = target;
    this.#dialect = dialectOf(target);
    this.#server = serverOf(target, this.#dialect);
    this.#path = below(target, this.#dialect.writePath(target));
    this.#gauge = gauge;
    this.#pool = new Pool(new URL(target.url).origin, { connections: inFlight, pipelining: 1, connect: tlsOptions(target.ca) });
  }

  openChunk(): ChunkSink {
    return {
      send: (batch: Batch) => this.#deliver(wholeBatch(batch)),
      finish: async () => undefined,
      abandon: async () => {},
    };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Send a piece; if it is too large or some line of it is refused, what of it may yet be taken. */
  async #deliver(piece: Piece): Promise<RefusedLine[]> {
    const answer = await this.#untilAnswered(piece);
    const { verdict, status } = answer;
    if (verdict.kind === 'taken') return [];
    if (verdict.kind === 'stop') throw new SkeinError('destination', writeFailureSentence(this.#target, status, this.#words(answer)));
    if (verdict.kind === 'smaller') this.#gauge.tooLarge(piece.numbers.length);
    else {
      const named = await this.#leaveOutNamed(piece, answer);
      if (named !== undefined) return named;
    }
    const [only] = piece.numbers;
    if (only !== undefined && piece.numbers.length === 1) return [{ line: only, message: this.#words(answer) }];
    const [first, second] = halve(piece);
    return [...(await this.#deliver(first)), ...(await this.#deliver(second))];
  }

  /** Reject the lines that a refusal names, and see to the others. Undefined when it names none. */
  async #leaveOutNamed(piece: Piece, refusal: Refusal): Promise<RefusedLine[] | undefined> {
    const lines = linesOf(piece);
    const named = this.#dialect.namedLines(refusal, lines);
    if (named === undefined) return undefined;
    const refused = named.refused.map(({ line, message }) => ({
      line: piece.numbers[line] ?? line,
      message: serverWords(this.#target, message),
    }));
    const rest = without(piece, lines, new Set(named.refused.map(({ line }) => line)));
    return rest === undefined || named.othersTaken ? refused : [...refused, ...(await this.#deliver(rest))];
  }

  /** The server's own words; or why there was no answer. */
  #words({ text }: Refusal): string {
    return serverMessage(this.#target, text);
  }

  /** @throws SkeinError `destination` when the server does not take it in the time that the user gives it */
  async #untilAnswered({ body, numbers }: Piece): Promise<Answer> {
    const { retryMs } = this.#target;
    await this.#gauge.pace(numbers.length);
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      if (attempt > 1) await this.#gauge.pace(numbers.length);
      const answer = await this.#gauge.permit(attempt > 1, () => this.#attempt(body));
      const { verdict } = answer;
      if (verdict.kind !== 'again') return answer;
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
      const waitMs = verdict.afterMs + Math.random() * longest;
      const tried = performance.now() - began;
      const isOver = attempt >= MAX_ATTEMPTS || tried + waitMs > retryMs;
      if (isOver || this.#gauge.isEnding) {
        this.#gauge.giveUp();
        const what = answer.status === 0 ? 'did not answer' : `answered with status ${answer.status}`;
        throw new SkeinError(
          'destination',
          `${this.#target.url} ${what}: ${this.#words(answer)}. ${this.#howLong(isOver, attempt, tried)}`,
        );
      }
      await this.#gauge.rest(waitMs);
    }
  }

  /** Why a batch is not tried again. */
  #howLong(isOver: boolean, attempts: number, ms: number): string {
    if (isOver) return `Tried ${attempts === 1 ? 'once' : `${attempts} times`} in ${Math.round(ms / 1000)} s.`;
    return this.#gauge.isStopped ? 'It was not tried again.' : 'Another batch was tried for as long as is allowed.';
  }

  async #attempt(body: Uint8Array): Promise<Answer> {
    const timeoutMs = BASE_TIMEOUT_MS + Math.ceil(body.length / 2 ** 20) * TIMEOUT_MS_PER_MIB;
    const began = performance.now();
    try {
      const answer = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: { ...this.#server.headers, 'content-encoding': 'gzip', 'content-type': 'text/plain; charset=utf-8' },
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      const { text, isCut } = await beginningOf(answer.body);
      const retryAfter = answer.headers['retry-after'];
      const verdict = judgeAnswer(answer.statusCode, typeof retryAfter === 'string' ? retryAfter : undefined, Date.now());
      const isSlow = performance.now() - began > SLOW_ANSWER_MS;
      if (isSlow || (verdict.kind === 'again' && verdict.overload)) this.#gauge.halve();
      else if (verdict.kind === 'taken') this.#gauge.grow();
      return { verdict, status: answer.statusCode, text, isCut };
    } catch (error) {
      this.#gauge.halve();
      return { verdict: { kind: 'again', afterMs: 0, overload: true }, status: 0, text: (error as Error).message, isCut: false };
    }
  }
}
