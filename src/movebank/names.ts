// Column names: many spellings, one meaning.
//
// The same attribute is `gps:hdop` in a web export, `gps_hdop` from the REST
// API and `gps.hdop` in a file saved from R. All are looked up under one
// spelling, so that they land in the same field.

import { DICTIONARY } from './dictionary.ts';

/** What the dictionary makes of a column. */
export type TermRole = 'float' | 'integer' | 'boolean' | 'text' | 'tag' | 'time' | 'drop';

export interface Term {
  /** The name as the dictionary has it. */
  readonly name: string;
  /** What its values are written under. */
  readonly key: string;
  readonly role: TermRole;
  /** In Movebank's words; undefined where it has none. */
  readonly unit: string | undefined;
}

let terms: Map<string, Term> | undefined;

/** Look a column's name up in the Movebank dictionary, whatever its spelling. */
export function findTerm(columnName: string): Term | undefined {
  terms ??= readDictionary();
  return terms.get(columnName) ?? terms.get(plainSpelling(columnName));
}

/** The name under which two spellings of a column are the same. */
export function canonicalName(columnName: string): string {
  return findTerm(columnName)?.key ?? columnName;
}

function plainSpelling(name: string): string {
  return name.replace(/[-:.]/g, '_');
}

function readDictionary(): Map<string, Term> {
  const found = new Map<string, Term>();
  const all = DICTIONARY.trim()
    .split('\n')
    .map((line): Term => {
      const [name = '', key = '', role, ...unit] = line.split(' ');
      return { name, key, role: role as TermRole, unit: unit.length === 0 ? undefined : unit.join(' ') };
    });
  // A term's own spelling is surer than the key that it shares with others.
  for (const spell of [(term: Term) => term.name, (term: Term) => plainSpelling(term.name), (term: Term) => term.key]) {
    for (const term of all) {
      if (!found.has(spell(term))) found.set(spell(term), term);
    }
  }
  return found;
}
