// What all workers of one run share: how many requests are under way and may
// be, how fast points may be sent, and what became of the requests.
//
// The limit belongs to the run, not to a worker, because a server is fastest at
// a few requests however many threads there are. It halves when the server is
// overloaded, grows by one with each request that is taken, and so comes down to
// a single probe when every request fails. Permits lie in shared memory and are
// taken without a blocking wait.

import { setTimeout as sleep } from 'node:timers/promises';

const UNDER_WAY = 0;
const LIMIT = 1;
const MOST = 2;
const BATCH_LINES = 3;
const REQUESTS = 4;
const TRIED_AGAIN = 5;
const HALVINGS = 6;
const RATE = 7;
/** When the next points may be sent, as microseconds since 1970 in 64 bits. */
const NEXT_AT = 8;
/** 0 while every batch is to be tried for as long as the user allows. */
const ENDING = 10;
/** Even: NEXT_AT has 64 bits. */
const LENGTH = 12;

/** Why the run ends: one batch was tried for as long as the user allows, or the user stops it. */
const GAVE_UP = 1;
const STOPPED = 2;

/** How long to wait before looking for a permit again. */
const LOOK_AGAIN_MS = 5;
/** How long a run that ends may be kept waiting by a batch that is to be tried again. */
const REST_MS = 100;
const US_PER_SECOND = 1_000_000;

/** What became of a run's requests. */
export interface RequestCounts {
  /** Batches sent, or written to a directory, and how many of them were sent again. */
  readonly sent: number;
  readonly triedAgain: number;
  /** How many may be under way at the end, and how often that was halved because the server was overloaded. */
  readonly inFlightLimit: number;
  readonly halvings: number;
}

export const NO_REQUESTS: RequestCounts = { sent: 0, triedAgain: 0, inFlightLimit: 0, halvings: 0 };

export class RunGauge {
  /** Crosses to the workers; each makes its own RunGauge of it. */
  readonly numbers: Int32Array;
  readonly #nextAt: BigInt64Array;

  constructor(numbers: Int32Array) {
    this.numbers = numbers;
    this.#nextAt = new BigInt64Array(numbers.buffer, NEXT_AT * Int32Array.BYTES_PER_ELEMENT, 1);
  }

  /**
   * @param most the most requests that may ever be under way
   * @param batchLines the most lines in a batch, until a server finds them too many
   * @param pointsPerSecond undefined: as fast as it goes. With a limit no batch has more than those of a second, so that
   *   none keeps others waiting for long
   */
  static create(most: number, batchLines: number, pointsPerSecond?: number): RunGauge {
    const numbers = new Int32Array(new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT));
    numbers[LIMIT] = most;
    numbers[MOST] = most;
    numbers[BATCH_LINES] = Math.min(batchLines, pointsPerSecond ?? batchLines);
    numbers[RATE] = pointsPerSecond ?? 0;
    return new RunGauge(numbers);
  }

  get underWay(): number {
    return Atomics.load(this.numbers, UNDER_WAY);
  }

  get limit(): number {
    return Atomics.load(this.numbers, LIMIT);
  }

  get batchLines(): number {
    return Atomics.load(this.numbers, BATCH_LINES);
  }

  /** Undefined where there is no limit. */
  get pointsPerSecond(): number | undefined {
    return this.numbers[RATE] || undefined;
  }

  get requests(): RequestCounts {
    return {
      sent: Atomics.load(this.numbers, REQUESTS),
      triedAgain: Atomics.load(this.numbers, TRIED_AGAIN),
      inFlightLimit: this.limit,
      halvings: Atomics.load(this.numbers, HALVINGS),
    };
  }

  /** A batch was tried for as long as the user allows: the run ends, and no other one need be tried for as long. */
  giveUp(): void {
    Atomics.compareExchange(this.numbers, ENDING, 0, GAVE_UP);
  }

  /** The user stops the run: a batch that the server does not take at once is not tried again. */
  stop(): void {
    Atomics.compareExchange(this.numbers, ENDING, 0, STOPPED);
  }

  /** Stop the run when `signal` is aborted. */
  stopOn(signal: AbortSignal | undefined): void {
    signal?.addEventListener('abort', () => this.stop());
  }

  /** The run ends, and no batch is tried again. */
  get isEnding(): boolean {
    return Atomics.load(this.numbers, ENDING) !== 0;
  }

  get isStopped(): boolean {
    return Atomics.load(this.numbers, ENDING) === STOPPED;
  }

  /** Wait before a batch is tried again, or until the run ends. */
  async rest(ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !this.isEnding; left = until - performance.now()) await sleep(Math.min(left, REST_MS));
  }

  /** Wait until some points may be sent, all workers together at no more than the rate of the run. */
  async pace(points: number): Promise<void> {
    const rate = this.pointsPerSecond;
    if (rate === undefined) return;
    const takes = BigInt(Math.ceil((points * US_PER_SECOND) / rate));
    for (;;) {
      const now = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
      const next = Atomics.load(this.#nextAt, 0);
      const mine = next > now ? next : now;
      if (Atomics.compareExchange(this.#nextAt, 0, next, mine + takes) !== next) continue;
      await sleep(Number(mine - now) / 1000);
      return;
    }
  }

  /** Run one attempt at a request when there is a permit for it. */
  async permit<Result>(isAgain: boolean, attempt: () => Promise<Result>): Promise<Result> {
    while (!this.#take()) await sleep(LOOK_AGAIN_MS);
    Atomics.add(this.numbers, REQUESTS, 1);
    if (isAgain) Atomics.add(this.numbers, TRIED_AGAIN, 1);
    try {
      return await attempt();
    } finally {
      Atomics.sub(this.numbers, UNDER_WAY, 1);
    }
  }

  #take(): boolean {
    const now = Atomics.load(this.numbers, UNDER_WAY);
    return now < this.limit && Atomics.compareExchange(this.numbers, UNDER_WAY, now, now + 1) === now;
  }

  /** The server took a request: one more may be under way. */
  grow(): void {
    const now = this.limit;
    if (now < Atomics.load(this.numbers, MOST)) Atomics.compareExchange(this.numbers, LIMIT, now, now + 1);
  }

  /** The server is overloaded: half as many may be under way. */
  halve(): void {
    const now = this.limit;
    if (now > 1 && Atomics.compareExchange(this.numbers, LIMIT, now, now >> 1) === now) Atomics.add(this.numbers, HALVINGS, 1);
  }

  /** A batch of `lines` was too large: none of the rest of the run has more than half as many. */
  tooLarge(lines: number): void {
    const now = this.batchLines;
    const half = Math.max(1, lines >> 1);
    if (half < now) Atomics.compareExchange(this.numbers, BATCH_LINES, now, half);
  }
}
