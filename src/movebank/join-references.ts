// The reference data of several files as those of one run.

import { createHash } from 'node:crypto';
import { type JoinedReference, packDeployments, unpackDeployments } from './reference.ts';

/**
 * All deployments that rows of the run may be joined with. Each file's rows are joined with its own.
 *
 * @param references of the files, their columns already those of the run
 */
export function joinReferences(references: readonly JoinedReference[]): JoinedReference | undefined {
  const distinct = [...new Map(references.map((one) => [one.hash, one])).values()];
  const [first] = distinct;
  if (first === undefined || distinct.length === 1) return first;
  const files = distinct.flatMap(({ file }) => file ?? []);
  return {
    file: files.length === 0 ? undefined : files.join(', '),
    animalColumn: first.animalColumn,
    tagColumn: first.tagColumn,
    tags: [...new Set(distinct.flatMap(({ tags }) => tags))],
    fields: [...new Map(distinct.flatMap(({ fields }) => fields.map((field) => [field.key, field] as const))).values()],
    deploymentCount: distinct.reduce((sum, { deploymentCount }) => sum + deploymentCount, 0),
    deployments: packDeployments(distinct.flatMap(({ deployments }) => unpackDeployments(deployments))),
    hash: createHash('sha256')
      .update(distinct.map(({ hash }) => hash).join(' '))
      .digest('hex'),
  };
}
