// Values that a row gets beside those of its cells: fields of reference data,
// the same for all rows of a deployment, so they are put into words once.

import type { ReferenceField } from '../movebank/reference.ts';
import { cleanControls, escapeKey } from './text.ts';
import { type Words, wordsOf } from './words.ts';

/** A value by the number of its field. */
export type AttachedValue =
  | { readonly field: number; readonly type: 'float'; readonly value: number }
  | { readonly field: number; readonly type: 'text'; readonly text: Uint8Array };

export interface Attached {
  /** `key=value,key=value`, escaped. */
  readonly words: Words;
  readonly values: readonly AttachedValue[];
}

/**
 * The fields of a deployment.
 *
 * @param values by key; a float's has a form that line protocol takes
 * @returns undefined where it has none
 */
export function attach(fields: readonly ReferenceField[], values: ReadonlyMap<string, string>): Attached | undefined {
  const attached: AttachedValue[] = [];
  const written: string[] = [];
  for (const [field, { key, type }] of fields.entries()) {
    const value = values.get(key);
    if (value === undefined) continue;
    const text = cleanControls(value);
    if (type === 'float') attached.push({ field, type, value: Number(text) });
    else attached.push({ field, type, text: Buffer.from(text) });
    written.push(`${escapeKey(key)}=${type === 'float' ? text : `"${text.replace(/["\\]/g, '\\$&')}"`}`);
  }
  return written.length === 0 ? undefined : { words: wordsOf(written.join(',')), values: attached };
}
