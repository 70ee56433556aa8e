// What is dear to make and soon needed no more: the last few are kept.

/** More than one, as the chunks of two sources are under way where the one ends and the next begins. */
const KEPT = 2;

export class Recent<Value> {
  readonly #values = new Map<number, Value>();

  /** The value for `key`, made if it is not kept. */
  get(key: number, make: () => Value): Value {
    const value = this.#values.get(key) ?? make();
    // The last one that was asked for comes last.
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= KEPT) break;
      this.#values.delete(oldest);
    }
    return value;
  }

  clear(): void {
    this.#values.clear();
  }
}
