// The series of a file: who a row is about, as the head of its line.
//
// A series is its written, escaped tag set, never the cells' bytes: `gps` bare
// and in quotes are one series. Most rows are about an animal seen before, so
// the cells' bytes lead to the series by a hash, without a string; only bytes
// not seen before take the slow way, which is plain code.

import type { ByteWindow, RowScanner } from '../csv/row-scanner.ts';
import { DOUBLED_QUOTES, QUOTED } from '../csv/row-scanner.ts';
import { type ConstantTag, duplicateTag, type Layout, withoutBackslashes } from '../movebank/layout.ts';
import { Deployments, type Period } from './deployments.ts';
import { isMissingWord } from './missing.ts';
import { cleanName, decodeText, escapeKey, escapeMeasurement } from './text.ts';
import { textOf, type Words, wordsOf } from './words.ts';

/** Measurement, tags and field key of a point together, with what the server puts between. */
const MAX_KEY_BYTES = 65_535;
const KEY_SEPARATOR_BYTES = 4;
/** Room for a number in the tag of a row that shares its time with another. */
const DUPLICATE_NUMBER_BYTES = 12;

/** How the lines of a series begin. */
export interface SeriesHead {
  /** Measurement and tag set, escaped. */
  readonly key: string;
  /** `key` and a space. */
  readonly prefix: Words;
}

export function headOf(key: string): SeriesHead {
  const prefix = wordsOf(`${key} `);
  // A string that was put together keeps its pieces, which take twice its room.
  return { key: textOf(prefix, prefix.length - 1), prefix };
}

/** One series, for as long as the table lives. */
export interface Series extends SeriesHead {
  /** Where in `key` the tag goes that keeps apart rows of one time. */
  readonly duplicateTagAt: number;
  /** The animal's name, or undefined when its cell is missing. */
  readonly individual: string | undefined;
  /** Columns whose cell held something that a tag cannot carry. */
  readonly mendedColumns: readonly number[];
  /** No point of it can be written. */
  readonly keyTooLong: boolean;
}

/** The series of some cells from a time on, and what reference data add to it. */
export interface SeriesPeriod extends Period {
  readonly series: number;
}

/** A tag that comes from reference data. */
interface ReferenceTag {
  readonly key: string;
}

export class SeriesTable {
  /** By number, in the order in which they were met. */
  readonly all: Series[] = [];

  readonly #measurement: string;
  readonly #tags: readonly { readonly column: number; readonly key: string }[];
  /** The same and those that every point has, sorted by key. */
  readonly #keyTags: readonly ({ readonly column: number; readonly key: string } | ConstantTag | ReferenceTag)[];
  readonly #individual: number;
  readonly #duplicateTag: string;
  readonly #numbersOnly: boolean;
  readonly #longestFieldKey: number;
  readonly #byKey = new Map<string, number>();
  readonly #deployments: Deployments | undefined;
  readonly #animalColumn: number;
  readonly #tagColumn: number;
  /** Of cells whose series hangs on the time, or that have more than their tags of reference data. */
  readonly #periods: (readonly SeriesPeriod[])[] = [];

  // Open addressing from the hash of the tag cells' bytes to an alias: those
  // bytes, kept in `arena`, and the series that they mean.
  #slots = new Int32Array(1024).fill(-1);
  #aliasHash: number[] = [];
  #aliasAt: number[] = [];
  #aliasSeries: number[] = [];
  #arena = new Uint8Array(1 << 16);
  #arenaEnd = 0;
  #cells = new Uint8Array(1 << 12);

  constructor(layout: Layout) {
    const { reference } = layout;
    this.#deployments = reference && new Deployments(reference);
    this.#animalColumn = reference?.animalColumn ?? -1;
    this.#tagColumn = reference?.tagColumn ?? -1;
    this.#measurement = escapeMeasurement(layout.measurement);
    this.#tags = layout.columns.flatMap((role, column) => (role.role === 'tag' ? [{ column, key: role.key }] : []));
    const referenceTags = (reference?.tags ?? []).map((key): ReferenceTag => ({ key }));
    this.#keyTags = [...this.#tags, ...layout.constantTags, ...referenceTags].sort((a, b) =>
      Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
    );
    this.#individual = layout.individual;
    this.#duplicateTag = duplicateTag(layout);
    this.#numbersOnly = layout.numbersOnly === true;
    const names = layout.columns.map((role, column) => (role.role === 'field' ? role.key : layout.names[column]!));
    const referenceFields = (reference?.fields ?? []).map(({ key }) => key);
    // Room for the suffixes that keep twins and misfits apart.
    this.#longestFieldKey = Math.max(...[...names, ...layout.names, ...referenceFields].map((name) => Buffer.byteLength(name))) + 8;
  }

  /**
   * The number of the series that the scanned row is about, or a number below 0, which `at` takes.
   *
   * Hot: once a row whose tags are not those of the row before. No allocation
   * for cells seen before. Looks up before it inserts: a file of many animals
   * would otherwise fill the table with the same series.
   */
  find(window: ByteWindow, row: RowScanner): number {
    const length = this.#gather(window.bytes, row);
    const cells = this.#cells;
    let hash = 0x811c9dc5;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ cells[i]!, 0x01000193);
    // FNV-1a leaves its low bits, which choose the slot, weak without this.
    hash ^= hash >>> 15;

    let mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let alias = this.#slots[slot]!; alias >= 0; alias = this.#slots[slot]!) {
      if (this.#aliasHash[alias] === hash && this.#isAlias(alias, length)) return this.#aliasSeries[alias]!;
      slot = (slot + 1) & mask;
    }
    const series = this.#findByText(window.bytes, row);
    if (this.#aliasHash.length * 2 >= this.#slots.length) {
      this.#growSlots();
      mask = this.#slots.length - 1;
      slot = hash & mask;
      while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#aliasHash.length;
    this.#addAlias(hash, length, series);
    return series;
  }

  /**
   * The series of a row at a time.
   *
   * Hot: once a row of an animal that reference data tell of at several times, or add fields to.
   *
   * @param found a number below 0 from `find`
   */
  at(found: number, timeMs: number): SeriesPeriod {
    const periods = this.#periods[~found]!;
    let i = periods.length - 1;
    while (periods[i]!.fromMs > timeMs) i--;
    return periods[i]!;
  }

  /** Put the tag cells into `#cells`, each with its flags and length before it. */
  #gather(bytes: Uint8Array, row: RowScanner): number {
    let to = 0;
    for (let i = 0; i < this.#tags.length; i++) {
      const column = this.#tags[i]!.column;
      const start = row.starts[column]!;
      const length = row.ends[column]! - start;
      if (to + length + 4 > this.#cells.length) this.#cells = grown(this.#cells, to + length + 4);
      const cells = this.#cells;
      cells[to++] = row.flags[column]!;
      cells[to++] = length;
      cells[to++] = length >>> 8;
      cells[to++] = length >>> 16;
      for (let j = 0; j < length; j++) cells[to++] = bytes[start + j]!;
    }
    return to;
  }

  #isAlias(alias: number, length: number): boolean {
    const at = this.#aliasAt[alias]!;
    const end = alias + 1 < this.#aliasAt.length ? this.#aliasAt[alias + 1]! : this.#arenaEnd;
    if (end - at !== length) return false;
    for (let i = 0; i < length; i++) {
      if (this.#arena[at + i] !== this.#cells[i]) return false;
    }
    return true;
  }

  #addAlias(hash: number, length: number, series: number): void {
    if (this.#arenaEnd + length > this.#arena.length) this.#arena = grown(this.#arena, this.#arenaEnd + length);
    this.#arena.set(this.#cells.subarray(0, length), this.#arenaEnd);
    this.#aliasHash.push(hash);
    this.#aliasAt.push(this.#arenaEnd);
    this.#aliasSeries.push(series);
    this.#arenaEnd += length;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let alias = 0; alias < this.#aliasHash.length; alias++) {
      let slot = this.#aliasHash[alias]! & (slots.length - 1);
      while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = alias;
    }
    this.#slots = slots;
  }

  /** The key of a series with the tag that says that a row is not the first with other values at its time. */
  duplicateKey({ key, duplicateTagAt }: Series, number: number): string {
    return `${key.slice(0, duplicateTagAt)},${this.#duplicateTag}=${number}${key.slice(duplicateTagAt)}`;
  }

  #findByText(bytes: Uint8Array, row: RowScanner): number {
    const periods = this.#deployments && this.#periodsOf(this.#deployments, bytes, row);
    if (periods === undefined) return this.#findWith(bytes, row, undefined);
    const found = periods.map((period): SeriesPeriod => ({ ...period, series: this.#findWith(bytes, row, period.values) }));
    const [only] = found;
    if (found.length === 1 && only!.attached === undefined && !only!.isUnclear) return only!.series;
    return ~(this.#periods.push(found) - 1);
  }

  #periodsOf(deployments: Deployments, bytes: Uint8Array, row: RowScanner): Period[] | undefined {
    const written = (column: number): string | undefined => {
      const cell = column < 0 ? undefined : tagText(bytes, row, column);
      return cell && cleanName(this.#numbersOnly ? withoutBackslashes(cell.text) : cell.text);
    };
    const animal = written(this.#animalColumn);
    return animal === undefined ? undefined : deployments.periodsOf(animal, written(this.#tagColumn));
  }

  /** @param told values of reference data, by key */
  #findWith(bytes: Uint8Array, row: RowScanner, told: ReadonlyMap<string, string> | undefined): number {
    let key = this.#measurement;
    let duplicateTagAt = key.length;
    let individual: string | undefined;
    const mendedColumns: number[] = [];
    for (const tag of this.#keyTags) {
      const column = 'column' in tag ? tag.column : -1;
      const cell = column >= 0 ? tagText(bytes, row, column) : constantText('value' in tag ? tag.value : told?.get(tag.key));
      if (cell === undefined) continue;
      const text = this.#numbersOnly ? withoutBackslashes(cell.text) : cell.text;
      if (column >= 0) {
        if (column === this.#individual) individual = cell.text;
        if (cell.changed || cleanName(text) !== cell.text) mendedColumns.push(column);
      }
      key += `,${escapeKey(tag.key)}=${escapeKey(text)}`;
      if (tag.key < this.#duplicateTag) duplicateTagAt = key.length;
    }
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;

    const head = headOf(key);
    const longestTag = `,${this.#duplicateTag}=`.length + DUPLICATE_NUMBER_BYTES;
    const keyTooLong = head.prefix.length - 1 + longestTag + KEY_SEPARATOR_BYTES + this.#longestFieldKey > MAX_KEY_BYTES;
    this.#byKey.set(head.key, this.all.length);
    return this.all.push({ ...head, duplicateTagAt, individual, mendedColumns, keyTooLong }) - 1;
  }
}

function constantText(text: string | undefined): { text: string; changed: boolean } | undefined {
  return text === undefined ? undefined : { text, changed: false };
}

/** The cell as a tag's text, or undefined when it is missing. */
function tagText(bytes: Uint8Array, row: RowScanner, column: number): { text: string; changed: boolean } | undefined {
  const start = row.starts[column]!;
  const end = row.ends[column]!;
  const flags = row.flags[column]!;
  if (start === end || ((flags & QUOTED) === 0 && isMissingWord(bytes, start, end))) return undefined;
  const { text, changed } = decodeText(bytes.subarray(start, end));
  return { text: (flags & DOUBLED_QUOTES) === 0 ? text : text.replaceAll('""', '"'), changed };
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
  larger.set(bytes);
  return larger;
}
