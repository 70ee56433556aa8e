// How many sends a worker has under way at once.

import pLimit from 'p-limit';

export class SendQueue {
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #inFlight: number;
  readonly #underWay = new Set<Promise<void>>();

  constructor(inFlight: number) {
    this.#limit = pLimit(inFlight);
    this.#inFlight = inFlight;
  }

  /** Wait until a send could begin at once, so that no batch is made before it can leave. */
  async slot(): Promise<void> {
    while (this.#underWay.size >= this.#inFlight) await Promise.race(this.#underWay);
  }

  /** Run `send` when there is room. Fails as `send` does. */
  send<Result>(send: () => Promise<Result>): Promise<Result> {
    const sent = this.#limit(send);
    const settled = sent.then(
      () => {},
      () => {},
    );
    this.#underWay.add(settled);
    void settled.then(() => this.#underWay.delete(settled));
    return sent;
  }
}
