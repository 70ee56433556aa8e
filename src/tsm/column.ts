// The values of one field, in the order of their rows, until they become blocks.
//
// There are no nulls: a column has the rows that have a value. Invariant: the
// row numbers of a column rise.

/** Types as the file writes them. */
export const FLOAT_TYPE = 0;
export const INTEGER_TYPE = 1;
export const BOOLEAN_TYPE = 2;
export const STRING_TYPE = 3;
export type ColumnType = typeof FLOAT_TYPE | typeof INTEGER_TYPE | typeof BOOLEAN_TYPE | typeof STRING_TYPE;

/** What a column has room for at first. */
export const FIRST_ROOM = 1024;

export abstract class Column {
  abstract readonly type: ColumnType;
  count = 0;
  /** Value `i` is of row `rows[i]`. */
  rows = new Int32Array(FIRST_ROOM);

  clear(): void {
    this.count = 0;
  }

  /** Most bytes that values `[from, to)` take in a block. */
  abstract room(from: number, to: number): number;

  /** Write values `[from, to)` as a block has them. @returns the offset just past them */
  abstract put(from: number, to: number, target: Uint8Array, at: number): number;

  /** Add the values of a block, which lie in `bytes[at, end)`. They are of no row. */
  read(bytes: Uint8Array, at: number, end: number, count: number): void {
    this.reserveValues(this.count + count);
    this.readValues(bytes, at, end, count);
    this.count += count;
  }

  /** Make room for `count` values in all. */
  protected abstract reserveValues(count: number): void;

  /** Read the values of a block to behind those that there are. */
  protected abstract readValues(bytes: Uint8Array, at: number, end: number, count: number): void;

  /**
   * Put the values into another order: value `i` becomes the one that was
   * `order[i]`. There may be fewer then. Of which rows they are is the caller's.
   */
  arrange(order: Int32Array): void {
    this.arrangeValues(order);
    this.count = order.length;
  }

  protected abstract arrangeValues(order: Int32Array): void;

  /** One value; an integer as bigint. For a few values, not for all. */
  abstract valueAt(i: number): number | bigint | boolean | string;

  /**
   * Begin the value of a row.
   *
   * Hot: once a value. Of two values of one row the last one counts, as on a server.
   *
   * @returns its place
   */
  protected begin(row: number): number {
    if (this.count > 0 && this.rows[this.count - 1] === row) return this.count - 1;
    if (this.count === this.rows.length) {
      this.#reserve(this.count + 1);
      this.reserveValues(this.count + 1);
    }
    this.rows[this.count] = row;
    return this.count++;
  }

  #reserve(count: number): void {
    if (count <= this.rows.length) return;
    const rows = new Int32Array(roomFor(count));
    rows.set(this.rows);
    this.rows = rows;
  }
}

/** How much room to make where so much is needed: what grows at least doubles. */
export function roomFor(count: number): number {
  return Math.max(FIRST_ROOM, 2 ** Math.ceil(Math.log2(count)));
}
