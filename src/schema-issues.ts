// What is wrong with a JSON file, for the person who has to mend it.

import type { z } from 'zod';

const SHOWN_ISSUES = 5;

/** Say where the content is not what its schema wants, like `fields[0].type: Invalid option`. */
export function describeIssues({ issues }: z.ZodError): string {
  const shown = issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => `${placeName(path)}: ${message}`);
  if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
  return shown.join('; ');
}

function placeName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return steps.join('').replace(/^\./, '');
}
