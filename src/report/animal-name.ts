import type { Animal } from './animal.ts';

const SHOWN_CHARS = 80;

/** What the page calls an animal: a hostile file's name is of any length. */
export function nameOf({ name }: Pick<Animal, 'name'>): string {
  if (name === '') return 'without a name';
  return name.length <= SHOWN_CHARS ? name : `${name.slice(0, SHOWN_CHARS).replace(/[\ud800-\udbff]$/, '')}…`;
}
