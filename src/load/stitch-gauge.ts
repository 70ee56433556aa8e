// What the workers that make shard files share with the main thread: how far
// they are, and whether to stop in the middle of one.

import { SkeinError } from '../errors.ts';

const STOPPED = 0;
const DONE_KIB = 1;
const KIB = 1024;

export class StitchGauge {
  /** Crosses to the workers; each makes its own StitchGauge of it. */
  readonly numbers: Int32Array;
  /** Not yet told, less than a KiB. */
  #rest = 0;

  constructor(numbers: Int32Array) {
    this.numbers = numbers;
  }

  static create(): StitchGauge {
    return new StitchGauge(new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)));
  }

  /** Bytes that were copied or checked. */
  get doneBytes(): number {
    return Atomics.load(this.numbers, DONE_KIB) * KIB;
  }

  /** Have every worker stop at its next block. */
  stop(): void {
    Atomics.store(this.numbers, STOPPED, 1);
  }

  /**
   * Tell of a block that was copied or checked.
   *
   * @throws SkeinError `interrupted` when no further one is wanted
   */
  done(bytes: number): void {
    this.#rest += bytes;
    if (this.#rest >= KIB) {
      Atomics.add(this.numbers, DONE_KIB, Math.floor(this.#rest / KIB));
      this.#rest %= KIB;
    }
    if (Atomics.load(this.numbers, STOPPED) === 1) throw new SkeinError('interrupted', 'Stopped while shard files were made.');
  }
}
