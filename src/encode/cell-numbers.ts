// Numbers for the cells of some columns, by their bytes.
//
// Open addressing from a hash to an entry: the bytes, kept in one arena with
// those of all others, and their number. Input is a scanned row; no string is
// made. Invariant: rows whose cells have the same bytes and flags get one number.

import type { ByteWindow } from '../csv/byte-window.ts';
import type { RowScanner } from '../csv/row-scanner.ts';

const FIRST_SLOTS = 1024;
const FIRST_ARENA_BYTES = 1 << 16;

export class CellNumbers {
  readonly #columns: Int32Array;
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #hashes: number[] = [];
  #starts: number[] = [];
  #numbers: number[] = [];
  #arena = new Uint8Array(FIRST_ARENA_BYTES);
  #arenaEnd = 0;
  // What was looked up last, each cell with its flags and length before it.
  #cells = new Uint8Array(1 << 12);
  #length = 0;
  #hash = 0;

  constructor(columns: Iterable<number>) {
    this.#columns = Int32Array.from(columns);
  }

  /** How many there are. */
  get count(): number {
    return this.#numbers.length;
  }

  /**
   * The number of the scanned row's cells, or undefined if they have none.
   *
   * Hot: once a row whose tags are not those of the row before. No allocation.
   */
  find(window: ByteWindow, row: RowScanner): number | undefined {
    const length = this.#gather(window.bytes, row);
    const cells = this.#cells;
    let hash = 0x811c9dc5;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ cells[i]!, 0x01000193);
    // FNV-1a leaves its low bits, which choose the slot, weak without this.
    hash ^= hash >>> 15;
    this.#hash = hash;

    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot]!; entry >= 0; entry = this.#slots[slot]!) {
      if (this.#hashes[entry] === hash && this.#isEntry(entry)) return this.#numbers[entry];
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  /** Give the cells that were looked up last, and not found, a number. */
  add(number: number): void {
    const length = this.#length;
    if (this.#arenaEnd + length > this.#arena.length) this.#arena = grown(this.#arena, this.#arenaEnd + length);
    this.#arena.set(this.#cells.subarray(0, length), this.#arenaEnd);
    if (this.count * 2 >= this.#slots.length) this.#growSlots();
    this.#put(this.count, this.#hash);
    this.#hashes.push(this.#hash);
    this.#starts.push(this.#arenaEnd);
    this.#numbers.push(number);
    this.#arenaEnd += length;
  }

  clear(): void {
    this.#slots = new Int32Array(FIRST_SLOTS).fill(-1);
    this.#hashes = [];
    this.#starts = [];
    this.#numbers = [];
    this.#arena = new Uint8Array(FIRST_ARENA_BYTES);
    this.#arenaEnd = 0;
  }

  #gather(bytes: Uint8Array, row: RowScanner): number {
    let to = 0;
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i]!;
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
    this.#length = to;
    return to;
  }

  #isEntry(entry: number): boolean {
    const start = this.#starts[entry]!;
    const end = entry + 1 < this.count ? this.#starts[entry + 1]! : this.#arenaEnd;
    if (end - start !== this.#length) return false;
    for (let i = 0; i < this.#length; i++) {
      if (this.#arena[start + i] !== this.#cells[i]) return false;
    }
    return true;
  }

  /** Put an entry into the first free slot from that of its hash. */
  #put(entry: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let entry = 0; entry < this.count; entry++) this.#put(entry, this.#hashes[entry]!);
  }
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
  larger.set(bytes);
  return larger;
}
