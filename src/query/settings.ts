// A query's settings: options of Flux in its text, which `--set` changes.
//
// `option radius = 30.0` is a setting whose value is a number with decimals; one
// without is whole, and one in quotes is text.

import { toFluxValue } from '@influxdata/influxdb-client';
import { SkeinError } from '../errors.ts';
import { querySettings, queryText } from './flux-query.ts';

/**
 * The query's text with other values.
 *
 * @param changes each `name=value`
 * @throws SkeinError `usage` for a setting that the query does not have, or a value that does not fit it
 */
export function textWithSettings(query: string, changes: readonly string[]): string {
  const settings = querySettings(query);
  const values = new Map<string, string>();
  for (const change of changes) {
    const [, name = change, value = ''] = /^([^=]*)=(.*)$/s.exec(change) ?? [];
    const before = settings.get(name);
    if (before === undefined) {
      const has = settings.size === 0 ? 'It has none.' : `It has ${[...settings.keys()].join(', ')}.`;
      throw new SkeinError('usage', `The query ${query} has no setting ${name}. ${has}`);
    }
    values.set(name, fluxLiteral(name, value, before));
  }
  return queryText(query).replace(/^option (\w+) = .*$/gm, (line, name: string) => {
    const value = values.get(name);
    return value === undefined ? line : `option ${name} = ${value}`;
  });
}

/** A value of the same type as the one before. */
function fluxLiteral(name: string, value: string, before: string): string {
  if (before.startsWith('"')) return toFluxValue(value);
  const isWhole = /^-?\d+$/.test(before);
  if (!(isWhole ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,15})?$/).test(value)) {
    throw new SkeinError('usage', `The setting ${name} takes a ${isWhole ? 'whole number' : 'number'}, as in --set ${name}=${before}.`);
  }
  return isWhole || value.includes('.') ? value : `${value}.0`;
}
