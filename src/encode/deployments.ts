// Which deployment a row is of, and what it gets of it.
//
// The rule, in one sentence: a row gets a value where all deployments that it
// may be of agree on it. Where an animal carried a tag once, that is the one
// deployment, whatever its dates say, since who has written animal and tag on a
// row has judged its time already. Else it is those that the row's time lies in,
// both ends included, or, where it lies in none, all of them. What differs
// between them is left out, as if it were not told.
//
// A pair of animal and tag is looked up once for all of its rows; only rows of
// pairs with several deployments that differ are looked up by their time.

import { type Deployment, type JoinedReference, unpackDeployments } from '../movebank/reference.ts';
import { type Attached, attach } from './attached.ts';

/** What the rows of one animal and tag get, from a time on until the next period. */
export interface Period {
  /** -Infinity in the first. */
  readonly fromMs: number;
  /** By key: of tags and fields. */
  readonly values: ReadonlyMap<string, string>;
  readonly attached: Attached | undefined;
  /** Some value was left out, because deployments differ in it. */
  readonly isUnclear: boolean;
}

export class Deployments {
  readonly #byPair: ReadonlyMap<string, readonly Deployment[]>;
  readonly #reference: JoinedReference;
  readonly #keys: readonly string[];

  constructor(reference: JoinedReference) {
    this.#reference = reference;
    this.#keys = [...reference.tags, ...reference.fields.map(({ key }) => key)];
    this.#byPair = byPair(unpackDeployments(reference.deployments));
  }

  /**
   * @param animal and `tag` as they are written, without escapes; an empty tag where the row has none
   * @returns at least one period, in the order of time, or undefined where there is no such deployment
   */
  periodsOf(animal: string, tag: string | undefined): Period[] | undefined {
    // Several files may be joined in several ways.
    const deployments = this.#byPair.get(pairOf(animal, tag)) ?? this.#byPair.get(pairOf(animal, undefined));
    if (deployments === undefined) return undefined;
    const { fields } = this.#reference;
    return agreements(deployments, this.#keys).map((agreed) => ({ ...agreed, attached: attach(fields, agreed.values) }));
  }
}

/** @param tag undefined for the animal with whatever tag */
export function pairOf(animal: string, tag: string | undefined): string {
  // Written names hold no line end.
  return tag === undefined ? animal : `${animal}\n${tag}`;
}

/** Deployments by `pairOf`. */
export function byPair<One extends Pick<Deployment, 'animal' | 'tag'>>(deployments: readonly One[]): Map<string, One[]> {
  const pairs = new Map<string, One[]>();
  for (const one of deployments) {
    const pair = pairOf(one.animal, one.tag);
    const known = pairs.get(pair);
    if (known === undefined) pairs.set(pair, [one]);
    else known.push(one);
  }
  return pairs;
}

interface Agreement extends Omit<Period, 'attached'> {}

/** What deployments of one pair agree on, from each time on at which that changes. */
export function agreements(deployments: readonly Deployment[], keys: readonly string[]): Agreement[] {
  const spans = deployments.map(({ on, off, values }) => ({
    onMs: on === undefined ? Number.NEGATIVE_INFINITY : Date.parse(on),
    offMs: off === undefined ? Number.POSITIVE_INFINITY : Date.parse(off),
    values: new Map(Object.entries(values)),
  }));
  const changes = spans.flatMap(({ onMs, offMs }) => [onMs, offMs + 1]).filter(Number.isFinite);
  const agreed: Agreement[] = [];
  for (const fromMs of [Number.NEGATIVE_INFINITY, ...[...new Set(changes)].sort((a, b) => a - b)]) {
    const meant = spans.filter(({ onMs, offMs }) => onMs <= fromMs && fromMs <= offMs);
    const next = agreement(fromMs, meant.length > 0 ? meant : spans, keys);
    const last = agreed.at(-1);
    if (last === undefined || last.isUnclear !== next.isUnclear || keys.some((key) => last.values.get(key) !== next.values.get(key)))
      agreed.push(next);
  }
  return agreed;
}

function agreement(fromMs: number, meant: readonly Pick<Period, 'values'>[], keys: readonly string[]): Agreement {
  const values = new Map<string, string>();
  let isUnclear = false;
  for (const key of keys) {
    const told = new Set(meant.map((deployment) => deployment.values.get(key)));
    const [value] = told;
    if (told.size > 1) isUnclear = true;
    else if (value !== undefined) values.set(key, value);
  }
  return { fromMs, values, isUnclear };
}
