// Which rows the user wants. What is left out counts as filtered in the books.

import type { Series } from './series.ts';

/** Everything is wanted where nothing is said. Crosses to the workers. */
export interface SelectionOptions {
  /** Rows at or after this time, ms. */
  readonly sinceMs?: number;
  /** Rows before this time, ms. */
  readonly untilMs?: number;
  /** Rows of these animals only, by name; empty for all. */
  readonly individuals: readonly string[];
  readonly dropOutliers: boolean;
  readonly dropNoLocation: boolean;
}

export const EVERY_ROW: SelectionOptions = { individuals: [], dropOutliers: false, dropNoLocation: false };

export class Selection {
  readonly #sinceMs: number;
  readonly #untilMs: number;
  readonly #individuals: ReadonlySet<string>;
  readonly #dropOutliers: boolean;
  readonly #dropNoLocation: boolean;

  constructor(options: SelectionOptions) {
    this.#sinceMs = options.sinceMs ?? Number.NEGATIVE_INFINITY;
    this.#untilMs = options.untilMs ?? Number.POSITIVE_INFINITY;
    this.#individuals = new Set(options.individuals);
    this.#dropOutliers = options.dropOutliers;
    this.#dropNoLocation = options.dropNoLocation;
  }

  /** Hot: once a row that is no reject. */
  wants(timeMs: number, series: Series, isOutlier: boolean, hasLocation: boolean): boolean {
    if (timeMs < this.#sinceMs || timeMs >= this.#untilMs) return false;
    if (isOutlier && this.#dropOutliers) return false;
    if (!hasLocation && this.#dropNoLocation) return false;
    return this.#individuals.size === 0 || (series.individual !== undefined && this.#individuals.has(series.individual));
  }
}
