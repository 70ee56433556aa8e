// How many sends a worker has under way at once.

import pLimit from 'p-limit';

export class SendQueue {
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #inFlight: number;
  readonly #gauge: Int32Array;
  readonly #underWay = new Set<Promise<void>>();

  /** @param gauge shared by all workers; its first number is the sends under way in the whole run */
  constructor(inFlight: number, gauge: Int32Array) {
    this.#limit = pLimit(inFlight);
    this.#inFlight = inFlight;
    this.#gauge = gauge;
  }

  /** Wait until a send could begin at once, so that no batch is made before it can leave. */
  async slot(): Promise<void> {
    while (this.#underWay.size >= this.#inFlight) await Promise.race(this.#underWay);
  }

  /** Run `send` when there is room. Fails as `send` does. */
  send(send: () => Promise<void>): Promise<void> {
    const sent = this.#limit(async () => {
      Atomics.add(this.#gauge, 0, 1);
      try {
        await send();
      } finally {
        Atomics.sub(this.#gauge, 0, 1);
      }
    });
    const settled = sent.then(
      () => {},
      () => {},
    );
    this.#underWay.add(settled);
    void settled.then(() => this.#underWay.delete(settled));
    return sent;
  }
}
