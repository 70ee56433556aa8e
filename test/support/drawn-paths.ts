// Read back what a page has drawn.

import type { Page } from 'playwright-core';

export interface Vertex {
  readonly begins: boolean;
  readonly x: number;
  readonly y: number;
}

/** The vertices of an animal's line on the map. */
export async function lineOf(page: Page, animal: number): Promise<Vertex[]> {
  const d = (await page.locator(`svg.map .tracks [data-animal="${animal}"] .track`).getAttribute('d')) ?? '';
  return verticesOf(d);
}

/** @throws Error for a path with more in it than M, L and dots */
export function verticesOf(d: string): Vertex[] {
  if (!/^(?:[ML]-?[\d.]+,-?[\d.]+|h\.1)*$/.test(d)) throw new Error(`A path that is not understood: ${d.slice(0, 100)}`);
  return Array.from(d.matchAll(/([ML])(-?[\d.]+),(-?[\d.]+)/g), ([, command, x, y]) => ({
    begins: command === 'M',
    x: Number(x),
    y: Number(y),
  }));
}

/** The longest stroke between two vertices, px. */
export function longestStroke(vertices: readonly Vertex[]): number {
  return Math.max(0, ...vertices.map(({ begins, x, y }, i) => (begins ? 0 : Math.hypot(x - vertices[i - 1]!.x, y - vertices[i - 1]!.y))));
}
