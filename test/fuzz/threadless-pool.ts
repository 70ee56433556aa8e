// Piscina on the thread that asks: a load of a small file takes a third of the
// time, and all of it is the code that the threads run.
//
// Each worker of a pool is the worker's module, loaded anew, so it has a state of
// its own as a thread has. Nothing frees such a module: a process that uses this
// loads some dozens of files and ends.

import { EventEmitter } from 'node:events';
import pLimit from 'p-limit';

type Task = (task: unknown) => Promise<unknown>;

interface Options {
  readonly filename: string;
  readonly maxThreads: number;
  readonly concurrentTasksPerWorker: number;
}

let workersMade = 0;

/** What Skein uses of Piscina. No thread dies here, so there is no event. */
export class Piscina extends EventEmitter {
  readonly #workers: readonly { readonly module: Promise<Record<string, Task>>; readonly limit: ReturnType<typeof pLimit> }[];
  #turn = 0;

  constructor({ filename, maxThreads, concurrentTasksPerWorker }: Options) {
    super();
    this.#workers = Array.from({ length: maxThreads }, () => ({
      module: import(`${filename}?worker=${workersMade++}`),
      limit: pLimit(concurrentTasksPerWorker),
    }));
    for (const { module } of this.#workers) void module.then(() => this.emit('message', 'up'));
  }

  /** Tasks and results are cloned, as they are on their way between threads. */
  run(task: unknown, { name }: { name: string }): Promise<unknown> {
    const { module, limit } = this.#workers[this.#turn++ % this.#workers.length]!;
    return limit(async () => structuredClone(await (await module)[name]!(structuredClone(task))));
  }

  async destroy(): Promise<void> {}
}
