// What a server must hold of the chunks that one run has loaded, so that they
// need not be read again for it.

import { addExpected, type Expected, nothingExpected } from './expected.ts';

export class CountedChunks {
  readonly expected = nothingExpected();
  readonly #chunks = new Set<number>();

  /** @param more is not used any more */
  add(chunk: number, more: Expected): void {
    addExpected(this.expected, more);
    this.#chunks.add(chunk);
  }

  has(chunk: number): boolean {
    return this.#chunks.has(chunk);
  }
}
