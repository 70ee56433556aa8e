// The pipeline in memory, on several threads at once: what the cores can give.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What a thread did; see `pipeline-thread`. */
export interface ThreadRun {
  readonly rows: number;
  readonly seconds: number;
}

export class PipelineThreads {
  readonly #workers: readonly Worker[];

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
  }

  /** Start `count` threads over copies of `csv` and warm them up. */
  static async start(csv: Uint8Array, count: number): Promise<PipelineThreads> {
    const entry = new URL('./pipeline-thread.js', import.meta.url);
    const workers = Array.from({ length: count }, () => new Worker(entry, { workerData: csv }));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    return new PipelineThreads(workers);
  }

  /**
   * Let the first `count` threads go at once for `seconds`.
   *
   * @returns rows a second, added up
   */
  async rowsPerSecond(count: number, seconds: number): Promise<number> {
    const runs = this.#workers.slice(0, count).map(async (worker) => {
      worker.postMessage(seconds);
      const [run] = (await once(worker, 'message')) as [ThreadRun];
      return run.rows / run.seconds;
    });
    return (await Promise.all(runs)).reduce((sum, rate) => sum + rate, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
