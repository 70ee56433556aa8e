// An SVG path that leaves out what is too small to be seen.

import type { GeoContext } from 'd3-geo';

/** px; an outline's points closer to the last one are left out. */
const CLOSE = 0.7;

/** Takes the outlines that d3-geo draws, and gives them as the `d` of a path, to a tenth of a px. */
export class PixelPath implements GeoContext {
  #text = '';
  #outline: string[] = [];
  #x = 0;
  #y = 0;

  moveTo(x: number, y: number): void {
    this.#end('');
    this.#outline = [point(x, y)];
    [this.#x, this.#y] = [x, y];
  }

  lineTo(x: number, y: number): void {
    if (Math.abs(x - this.#x) < CLOSE && Math.abs(y - this.#y) < CLOSE) return;
    this.#outline.push(point(x, y));
    [this.#x, this.#y] = [x, y];
  }

  closePath(): void {
    // Less than a triangle is too small to be seen.
    if (this.#outline.length > 2) this.#end('Z');
    this.#outline = [];
  }

  beginPath(): void {}

  arc(): void {}

  /** All that was drawn. */
  get d(): string {
    this.#end('');
    return this.#text;
  }

  #end(close: string): void {
    if (this.#outline.length > 1) this.#text += `M${this.#outline.join('L')}${close}`;
    this.#outline = [];
  }
}

/** After a point, and with round ends: a dot. A line of no length is left out in print. */
export const DOT = 'h.1';

/** `12.3,4` */
export function point(x: number, y: number): string {
  return `${tenth(x)},${tenth(y)}`;
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
