// Numbers of which nobody knows beforehand how many there will be.

const FIRST_LENGTH = 256;

export class GrowingColumn {
  /** Those that were pushed, and room behind them. It is another array after a push. */
  values = new Float64Array(FIRST_LENGTH);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.#length++] = value;
  }
}
