// The columns in which Movebank marks outliers, beside `visible`, which sums them up.

import type { Layout } from './layout.ts';
import { canonicalName } from './names.ts';

const MARKS = ['algorithm_marked_outlier', 'import_marked_outlier', 'manually_marked_outlier'];
const RESCUE = 'manually_marked_valid';

/** Columns in which `true` marks an outlier, and the one, or -1, in which it says that a row is none all the same. */
export function outlierMarks({ names }: Layout): { readonly marks: readonly number[]; readonly rescue: number } {
  const meanings = names.map(canonicalName);
  return { marks: [...meanings.keys()].filter((column) => MARKS.includes(meanings[column] ?? '')), rescue: meanings.indexOf(RESCUE) };
}
