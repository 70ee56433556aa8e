// Fixed words in the place of what a recording must not hold or could not be found
// again by: tokens, passwords, whatever is another in each run.

const SECRETS = ['token', 'hashedToken', 'password'];
const WORD = /RECORDED-[A-Z]+-\d+/g;

export class FixedWords {
  readonly #names: ReadonlySet<string>;
  /** By value. */
  readonly #words = new Map<string, string>();
  readonly #values = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @param varying names of JSON members, beside those of secrets */
  constructor(varying: readonly string[]) {
    this.#names = new Set([...SECRETS, ...varying]);
  }

  /** A copy with a word for each such value, wherever in the text it is. */
  hide<Content>(content: Content): Content {
    this.#learn(content);
    return mapTexts(content, (text) => {
      let hidden = text;
      for (const [value, word] of this.#words) hidden = hidden.replaceAll(value, word);
      return hidden;
    });
  }

  /** A copy with this run's value for each word that stands for one, and the word itself for the others. */
  show<Content>(content: Content): Content {
    return mapTexts(content, (text) =>
      text.replaceAll(WORD, (word) => {
        // From now on it is what the client has.
        if (!this.#values.has(word)) this.#keep(word, word);
        return this.#values.get(word) ?? word;
      }),
    );
  }

  #learn(content: unknown): void {
    if (typeof content !== 'object' || content === null) return;
    for (const [name, value] of Object.entries(content)) {
      if (typeof value !== 'string') this.#learn(value);
      else if (name === 'authorization') this.#name('token', /^\S+ (.+)$/.exec(value)?.[1] ?? '');
      else if (this.#names.has(name)) this.#name(name, value);
    }
  }

  #name(name: string, value: string): void {
    if (value === '' || this.#words.has(value)) return;
    const kind = name.toUpperCase();
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#keep(`RECORDED-${kind}-${number}`, value);
  }

  #keep(word: string, value: string): void {
    this.#words.set(value, word);
    this.#values.set(word, value);
    const [, kind = '', number] = word.split('-');
    this.#counts.set(kind, Math.max(this.#counts.get(kind) ?? 0, Number(number)));
  }
}

function mapTexts<Content>(content: Content, change: (text: string) => string): Content {
  if (typeof content === 'string') return change(content) as Content;
  if (Array.isArray(content)) return content.map((item) => mapTexts(item, change)) as Content;
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, mapTexts(value as unknown, change)])) as Content;
}
