// HTML and SVG as text that is safe by its type: what is put into a template is escaped unless it is markup itself.

import { STEERING } from '../steering.ts';

/** Text that may stand in a page as it is. Only `markup` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Value = Markup | string | number | undefined | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A tag for template literals. Strings are escaped, for text and for quoted attributes, and lose what would
 * show them in another order than they are; lists are joined; undefined is nothing.
 */
export function markup(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(strings.reduce((text, part, i) => `${text}${written(values[i - 1])}${part}`));
}

function written(value: Value): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map(written).join('');
  return value instanceof Markup ? value.text : escaped(String(value));
}

function escaped(text: string): string {
  return text.replace(STEERING, '\u00b7').replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** Data for a script of the page, within a `<script>` of a type that no browser runs. */
export function jsonScript(id: string, data: unknown): Markup {
  return new Markup(`<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`);
}
