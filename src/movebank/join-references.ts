// The reference data of several files as those of one run.

import { createHash } from 'node:crypto';
import { clip } from '../clip.ts';
import type { Layout } from './layout.ts';
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
    tagColumn: Math.max(...distinct.map(({ tagColumn }) => tagColumn)),
    tags: [...new Set(distinct.flatMap(({ tags }) => tags))],
    fields: [...new Map(distinct.flatMap(({ fields }) => fields.map((field) => [field.key, field] as const))).values()],
    deploymentCount: distinct.reduce((sum, { deploymentCount }) => sum + deploymentCount, 0),
    deployments: packDeployments(distinct.flatMap(({ deployments }) => unpackDeployments(deployments))),
    hash: createHash('sha256')
      .update(distinct.map(({ hash }) => hash).join(' '))
      .digest('hex'),
  };
}

/**
 * Why the reference data of some files cannot be written in one run with the others: a field has one type.
 *
 * @returns in words, or undefined where they can
 */
export function whyReferencesClash(layouts: readonly Layout[]): string | undefined {
  const types = new Map<string, Set<string>>();
  const note = (key: string, type: string): void => {
    types.set(key, (types.get(key) ?? new Set()).add(type));
  };
  for (const { reference, columns } of layouts) {
    for (const { key, type } of reference?.fields ?? []) note(key, type);
    for (const role of columns) if (role.role === 'field') note(role.key, role.type);
  }
  const added = layouts.flatMap(({ reference }) => reference?.fields ?? []);
  const clash = added.find(({ key }) => (types.get(key)?.size ?? 0) > 1);
  if (clash === undefined) return undefined;
  return `${clip(clash.key)} of the reference data of one export is ${clash.type === 'float' ? 'a number' : 'text'}, and something else in the rows or the reference data of another. Leave it out of --reference-fields, or load the exports one by one.`;
}
