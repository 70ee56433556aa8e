// The batches of one chunk on their way, several at once.

import type { Batch, ChunkSink, RefusedLine } from '../destination/destination.ts';
import { SkeinError } from '../errors.ts';
import type { LoadedChunk, RowRange } from './load-chunk.ts';
import type { SendQueue } from './send-queue.ts';

export class ChunkSends {
  readonly #sink: ChunkSink;
  readonly #queue: SendQueue;
  readonly #sends: Promise<void>[] = [];
  readonly #failures: { readonly error: unknown; readonly rows: RowRange }[] = [];

  constructor(sink: ChunkSink, queue: SendQueue) {
    this.#sink = sink;
    this.#queue = queue;
  }

  /** Some batch was not taken: no further one need be made. */
  get failed(): boolean {
    return this.#failures.length > 0;
  }

  /**
   * Send `batch` when the queue has room.
   *
   * @param rows whose lines are in it
   * @param onRefused is told once which lines the destination does not take
   */
  begin(batch: Batch, rows: RowRange, onRefused: (refused: readonly RefusedLine[]) => void): void {
    const sent = this.#queue.send(() => this.#sink.send(batch));
    this.#sends.push(sent.then(onRefused).catch((error: unknown) => void this.#failures.push({ error, rows })));
  }

  /**
   * Wait for every batch. The sink is abandoned if one was not taken.
   *
   * @returns why, and the rows of the batches that were not
   * @throws whatever is no refusal by the destination
   */
  async settle(): Promise<LoadedChunk['failure']> {
    await Promise.all(this.#sends);
    if (this.failed) await this.#sink.abandon();
    const refusals = this.#failures.map(({ error, rows }) => {
      if (error instanceof SkeinError && error.code === 'destination') return { message: error.message, rows };
      throw error;
    });
    const [first] = refusals;
    return first && { message: first.message, unwritten: refusals.map(({ rows }) => rows) };
  }
}
