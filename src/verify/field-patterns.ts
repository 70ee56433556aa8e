// Which fields points have together. Each way has a number: it is a node in a
// tree of the ways from one field to the next.

import { DOUBLED_MISFIT, LEFT_OUT, MISFIT, type Row } from '../encode/row.ts';
import type { FieldSlots } from './field-slots.ts';

/** No field at all. */
const ROOT = 0;
const NONE = 0;
/** A hostile file may have another way in every row. */
const MOST_NODES = 1 << 16;

export class FieldPatterns {
  readonly #slots: FieldSlots;
  readonly #columnCount: number;
  // By node. What the last field on the way to it came from; its slot; the node
  // before; the first one after; the next one that comes after the same as this.
  #origins: number[] = [];
  #slotOf: number[] = [];
  #before: number[] = [];
  #first: number[] = [];
  #sibling: number[] = [];

  constructor(slots: FieldSlots) {
    this.#slots = slots;
    this.#columnCount = slots.ofColumn.length;
    this.clear();
  }

  /** Forget all numbers. */
  clear(): void {
    this.#origins = [-1];
    this.#slotOf = [-1];
    this.#before = [ROOT];
    this.#first = [NONE];
    this.#sibling = [NONE];
  }

  /** There are so many ways that the numbers should be forgotten before another row. */
  get areMany(): boolean {
    return this.#origins.length > MOST_NODES;
  }

  /**
   * The number of the fields that a row has. One way may have several numbers, if its fields come in another order.
   *
   * Hot: once a row. Most rows go the way of one before them.
   *
   * @param hasEventId it gets an event id, whether it has one of its own or not
   */
  of({ count, columns, kinds, attached }: Row, hasEventId: boolean): number {
    const [origins, first, sibling] = [this.#origins, this.#first, this.#sibling];
    let node = ROOT;
    for (let i = 0; i < count; i++) {
      const kind = kinds[i]!;
      if (kind === LEFT_OUT) continue;
      const origin = kind === MISFIT || kind === DOUBLED_MISFIT ? columns[i]! + this.#columnCount : columns[i]!;
      let next = first[node]!;
      while (next !== NONE && origins[next] !== origin) next = sibling[next]!;
      node = next === NONE ? this.#add(node, origin, this.#slotOfOrigin(origin)) : next;
    }
    if (attached !== undefined) {
      for (const { field } of attached.values) node = this.#step(node, 2 * this.#columnCount + 1 + field, this.#slots.ofAttached[field]!);
    }
    return hasEventId ? this.#step(node, 2 * this.#columnCount, this.#slots.eventId) : node;
  }

  /** The slots of its fields, each once. */
  *slots(pattern: number): Generator<number> {
    for (let node = pattern; node !== ROOT; node = this.#before[node]!) yield this.#slotOf[node]!;
  }

  #slotOfOrigin(origin: number): number {
    const { ofColumn, ofMisfits } = this.#slots;
    return origin < this.#columnCount ? ofColumn[origin]! : ofMisfits[origin - this.#columnCount]!;
  }

  #step(node: number, origin: number, slot: number): number {
    let next = this.#first[node]!;
    while (next !== NONE && this.#origins[next] !== origin) next = this.#sibling[next]!;
    return next === NONE ? this.#add(node, origin, slot) : next;
  }

  /** @returns the new node, or `node` where its way has the field already */
  #add(node: number, origin: number, slot: number): number {
    for (const known of this.slots(node)) if (known === slot) return node;
    const added = this.#origins.push(origin) - 1;
    this.#slotOf.push(slot);
    this.#before.push(node);
    this.#first.push(NONE);
    this.#sibling.push(this.#first[node]!);
    this.#first[node] = added;
    return added;
  }
}
