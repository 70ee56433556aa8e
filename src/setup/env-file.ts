// A file of variables that setup shares with its user. The lines between its two
// marks are its own; it changes no other, and its owner alone may read the file.
//
// It is read by dotenv, by Docker Compose and by shells: values are written so
// that all three read the same.

import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'dotenv';
import { SkeinError } from '../errors.ts';

const BEGIN = '# skein setup begin: it may change the lines from here to its end';
const END = '# skein setup end';
const BLOCK = /^# skein setup begin.*\r?\n([\s\S]*?)^# skein setup end.*(?:\r?\n|$)/m;
const OWNER_ONLY = 0o600;
/** What all readers take as it stands. */
const PLAIN = /^[\w./:@%+=-]*$/;

export class EnvFile {
  readonly name: string;
  /** Where it is, a link followed. */
  readonly path: string;
  /** As it is on the disk; undefined when it is not there. */
  #text: string | undefined;
  readonly #before: string;
  readonly #after: string;
  readonly #foreign: Readonly<Record<string, string>>;
  readonly #own: Map<string, string>;

  /** @throws SkeinError `usage` when it is there and cannot be read */
  constructor(path: string) {
    this.name = basename(path);
    this.path = trying(path, 'read', () => realpathSync(path)) ?? path;
    this.#text = trying(path, 'read', () => readFileSync(path, 'utf8'));
    const text = this.#text ?? '';
    const [block = '', own = ''] = BLOCK.exec(text) ?? [];
    const at = block === '' ? text.length : text.indexOf(block);
    this.#before = text.slice(0, at);
    this.#after = text.slice(at + block.length);
    this.#foreign = parse(`${this.#before}\n${this.#after}`);
    // A line of the user's goes before one of ours, which would only hide it.
    this.#own = new Map(Object.entries(parse(own)).filter(([name]) => !this.#foreign[name]));
  }

  /** The value, wherever its line is; undefined where there is none or an empty one. */
  get(name: string): string | undefined {
    return this.#foreign[name] || this.#own.get(name) || undefined;
  }

  /** The values of its tokens and passwords. */
  get secrets(): string[] {
    return [...this.#own, ...Object.entries(this.#foreign)].flatMap(([name, value]) => (/(TOKEN|PASSWORD)$/.test(name) ? [value] : []));
  }

  /** Whether the value is in a line that setup may change. */
  owns(name: string): boolean {
    return Boolean(this.#own.get(name));
  }

  /** Give a value to a variable that has none. */
  fill(name: string, value: string): void {
    if (this.get(name) === undefined) this.replace(name, value);
  }

  /**
   * Give a value to a variable that has none of the user's.
   *
   * @throws SkeinError `usage` for a value that a line cannot hold
   */
  replace(name: string, value: string): void {
    if (this.#foreign[name]) throw new Error(`${name} is not ours to change`);
    if (/['\r\n]/.test(value)) {
      throw new SkeinError('usage', `${name} cannot have the value ${value}: a line of ${this.name} holds no quotes and no line ends.`);
    }
    this.#own.set(name, value);
  }

  /**
   * Write what was changed, whole or not at all, and see that nobody else may read it.
   *
   * @returns whether anything was to be done
   * @throws SkeinError `destination`
   */
  write(): boolean {
    const text = this.#written();
    if (text === this.#text) return this.#lock();
    trying(this.path, 'written', () => {
      rmSync(`${this.path}.tmp`, { force: true });
      const handle = openSync(`${this.path}.tmp`, 'wx', OWNER_ONLY);
      writeFileSync(handle, text);
      fsyncSync(handle);
      closeSync(handle);
      renameSync(`${this.path}.tmp`, this.path);
    });
    this.#text = text;
    return true;
  }

  #written(): string {
    if (this.#own.size === 0) return this.#before + this.#after;
    const gap = this.#before === '' || this.#before.endsWith('\n') ? '' : '\n';
    const lines = Array.from(this.#own, ([name, value]) => `${name}=${PLAIN.test(value) ? value : `'${value}'`}\n`);
    return `${this.#before}${gap}${BEGIN}\n${lines.join('')}${END}\n${this.#after}`;
  }

  #lock(): boolean {
    const mode = trying(this.path, 'read', () => statSync(this.path).mode) ?? OWNER_ONLY;
    if ((mode & 0o077) === 0) return false;
    trying(this.path, 'written', () => chmodSync(this.path, OWNER_ONLY));
    return true;
  }
}

/** @returns undefined when there is no such file */
function trying<Result>(path: string, verb: 'read' | 'written', action: () => Result): Result | undefined {
  try {
    return action();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (verb === 'read' && code === 'ENOENT') return undefined;
    throw new SkeinError(verb === 'read' ? 'usage' : 'destination', `${path} could not be ${verb}: ${message}.`, { cause });
  }
}
