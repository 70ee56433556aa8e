// What all workers of one run share: how many requests are under way and may
// be, and what became of them.
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
const LENGTH = 6;

/** How long to wait before looking for a permit again. */
const LOOK_AGAIN_MS = 5;

export class RunGauge {
  /** Crosses to the workers; each makes its own RunGauge of it. */
  readonly numbers: Int32Array;

  constructor(numbers: Int32Array) {
    this.numbers = numbers;
  }

  /**
   * @param most the most requests that may ever be under way
   * @param batchLines the most lines in a batch, until a server finds them too many
   */
  static create(most: number, batchLines: number): RunGauge {
    const numbers = new Int32Array(new SharedArrayBuffer(LENGTH * Int32Array.BYTES_PER_ELEMENT));
    numbers[LIMIT] = most;
    numbers[MOST] = most;
    numbers[BATCH_LINES] = batchLines;
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

  /** Requests sent, and how many of them sent something again. */
  get requests(): { sent: number; triedAgain: number } {
    return { sent: Atomics.load(this.numbers, REQUESTS), triedAgain: Atomics.load(this.numbers, TRIED_AGAIN) };
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
    Atomics.compareExchange(this.numbers, LIMIT, now, Math.max(1, now >> 1));
  }

  /** A batch of `lines` was too large: none of the rest of the run has more than half as many. */
  tooLarge(lines: number): void {
    const now = this.batchLines;
    const half = Math.max(1, lines >> 1);
    if (half < now) Atomics.compareExchange(this.numbers, BATCH_LINES, now, half);
  }
}
