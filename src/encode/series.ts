// The series of a file: who a row is about, as the head of its line.
//
// A series is its written, escaped tag set, never the cells' bytes: `gps` bare
// and in quotes are one series. Most rows are about an animal seen before, so
// the cells' bytes lead to the series by a hash, without a string; only bytes
// not seen before take the slow way, which is plain code.

import type { ByteWindow } from '../csv/byte-window.ts';
import { DOUBLED_QUOTES, QUOTED } from '../csv/cells.ts';
import type { RowScanner } from '../csv/row-scanner.ts';
import { type ConstantTag, type Layout, withoutBackslashes } from '../movebank/layout.ts';
import { CellNumbers } from './cell-numbers.ts';
import { Deployments, type Period } from './deployments.ts';
import { isMissingWord } from './missing.ts';
import { cleanName, decodeText, escapeKey, escapeMeasurement } from './text.ts';
import { type Words, wordsOf } from './words.ts';

/** Measurement, tags and field key of a point together, with what the server puts between. */
const MAX_KEY_BYTES = 65_535;
const KEY_SEPARATOR_BYTES = 4;
/** Room for a number in the tag of a row that shares its time with another. */
const DUPLICATE_NUMBER_BYTES = 12;
const NO_COLUMNS: readonly number[] = [];

/** How the lines of a series begin. */
export interface SeriesHead {
  /** Measurement and tag set, escaped. */
  readonly key: string;
  /** `key` and a space. */
  readonly prefix: Words;
}

export function headOf(key: string): SeriesHead {
  return { key, prefix: wordsOf(`${key} `) };
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

/** A file may have a hundred thousand series, which would take some 50 MB in every worker; few come again in a later chunk. */
const MOST_KEPT_SERIES = 8192;

export class SeriesTable {
  /** By number, in the order in which they were met. */
  readonly all: Series[] = [];

  readonly #measurement: string;
  /** Those of columns, of reference data and those that every point has, sorted by key. */
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

  /** Of cells that were met: a series, or where below 0 `periods`. */
  readonly #found: CellNumbers;

  constructor(layout: Layout) {
    const { reference } = layout;
    this.#deployments = reference && new Deployments(reference);
    this.#animalColumn = reference?.animalColumn ?? -1;
    this.#tagColumn = reference?.tagColumn ?? -1;
    this.#measurement = escapeMeasurement(layout.measurement);
    const tags = layout.columns.flatMap((role, column) => (role.role === 'tag' ? [{ column, key: role.key }] : []));
    const referenceTags = (reference?.tags ?? []).map((key): ReferenceTag => ({ key }));
    this.#found = new CellNumbers(tags.map(({ column }) => column));
    this.#keyTags = [...tags, ...layout.constantTags, ...referenceTags].sort((a, b) =>
      Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
    );
    this.#individual = layout.individual;
    this.#duplicateTag = layout.duplicateTag;
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
   * for cells seen before.
   */
  find(window: ByteWindow, row: RowScanner): number {
    const known = this.#found.find(window, row);
    if (known !== undefined) return known;
    const found = this.#findByText(window.bytes, row);
    this.#found.add(found);
    return found;
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

  /**
   * Forget all series if there are very many: those that are met again get other numbers.
   *
   * @returns whether they were forgotten
   */
  makeRoom(): boolean {
    if (this.#found.count <= MOST_KEPT_SERIES) return false;
    this.all.length = 0;
    this.#byKey.clear();
    this.#periods.length = 0;
    this.#found.clear();
    return true;
  }

  /** The key of a series with the tag that says that a row is not the first with other values at its time. */
  duplicateKey({ key, duplicateTagAt }: Series, number: number): string {
    return `${key.slice(0, duplicateTagAt)},${this.#duplicateTag}=${number}${key.slice(duplicateTagAt)}`;
  }

  #findByText(bytes: Buffer, row: RowScanner): number {
    const periods = this.#deployments && this.#periodsOf(this.#deployments, bytes, row);
    if (periods === undefined) return this.#findWith(bytes, row, undefined);
    const found = periods.map((period): SeriesPeriod => ({ ...period, series: this.#findWith(bytes, row, period.values) }));
    const [only] = found;
    if (found.length === 1 && only!.attached === undefined && !only!.isUnclear) return only!.series;
    return ~(this.#periods.push(found) - 1);
  }

  #periodsOf(deployments: Deployments, bytes: Buffer, row: RowScanner): Period[] | undefined {
    const written = (column: number): string | undefined => {
      const cell = column < 0 ? undefined : tagText(bytes, row, column);
      return cell && cleanName(this.#numbersOnly ? withoutBackslashes(cell.text) : cell.text);
    };
    const animal = written(this.#animalColumn);
    return animal === undefined ? undefined : deployments.periodsOf(animal, written(this.#tagColumn) ?? '');
  }

  /** @param told values of reference data, by key */
  #findWith(bytes: Buffer, row: RowScanner, told: ReadonlyMap<string, string> | undefined): number {
    // Put together at once: a string that grows keeps its pieces, which take twice its room.
    const written = [this.#measurement];
    let length = this.#measurement.length;
    let duplicateTagAt = length;
    let individual: string | undefined;
    let mendedColumns = NO_COLUMNS;
    for (const tag of this.#keyTags) {
      const column = 'column' in tag ? tag.column : -1;
      const cell = column >= 0 ? tagText(bytes, row, column) : constantText('value' in tag ? tag.value : told?.get(tag.key));
      if (cell === undefined) continue;
      const text = this.#numbersOnly ? withoutBackslashes(cell.text) : cell.text;
      if (column >= 0) {
        if (column === this.#individual) individual = cell.text;
        if (cell.changed || cleanName(text) !== cell.text) mendedColumns = [...mendedColumns, column];
      }
      const keyAndValue = `,${escapeKey(tag.key)}=${escapeKey(text)}`;
      written.push(keyAndValue);
      length += keyAndValue.length;
      if (tag.key < this.#duplicateTag) duplicateTagAt = length;
    }
    const key = written.join('');
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;

    const head = headOf(key);
    const longestTag = `,${this.#duplicateTag}=`.length + DUPLICATE_NUMBER_BYTES;
    const keyTooLong = head.prefix.length - 1 + longestTag + KEY_SEPARATOR_BYTES + this.#longestFieldKey > MAX_KEY_BYTES;
    this.#byKey.set(key, this.all.length);
    return this.all.push({ key, prefix: head.prefix, duplicateTagAt, individual, mendedColumns, keyTooLong }) - 1;
  }
}

function constantText(text: string | undefined): { text: string; changed: boolean } | undefined {
  return text === undefined ? undefined : { text, changed: false };
}

/** The cell as a tag's text, or undefined when it is missing. */
function tagText(bytes: Buffer, row: RowScanner, column: number): { text: string; changed: boolean } | undefined {
  const start = row.starts[column]!;
  const end = row.ends[column]!;
  const flags = row.flags[column]!;
  if (start === end || ((flags & QUOTED) === 0 && isMissingWord(bytes, start, end))) return undefined;
  const { text, changed } = decodeText(bytes, start, end);
  return { text: (flags & DOUBLED_QUOTES) === 0 ? text : text.replaceAll('""', '"'), changed };
}
