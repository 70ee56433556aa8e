// Join reference data to the columns of one export.

import { createHash } from 'node:crypto';
import { cleanControls, cleanName } from '../encode/text.ts';
import { type Layout, withoutBackslashes } from '../movebank/layout.ts';
import { type Deployment, packDeployments, type Reference } from '../movebank/reference.ts';

/**
 * A layout whose rows get their share of `reference`.
 *
 * @param hash of what it was read from; default of itself
 * @returns the layout unchanged, and why, where it has no column to join by
 */
export function join(layout: Layout, reference: Reference, hash?: string): { layout: Layout; warnings: string[] } {
  const plain = (text: string): string => (layout.numbersOnly ? withoutBackslashes(text) : text);
  const columnOf = (key: string): number => layout.columns.findIndex((role) => role.role === 'tag' && role.key === plain(key));
  const animalColumn = columnOf(reference.animal);
  const tagColumn = reference.tag === undefined ? -1 : columnOf(reference.tag);
  if (animalColumn < 0 || (reference.tag !== undefined && tagColumn < 0)) {
    const missing = animalColumn < 0 ? reference.animal : reference.tag;
    return {
      layout,
      warnings: [`Nothing of the reference data is written: they are joined by the tag ${missing}, which no column of the file becomes.`],
    };
  }
  const warnings: string[] = [];
  const tags = reference.tags.map(plain);
  const fields = reference.fields
    .map((field) => ({ ...field, key: plain(field.key) }))
    .filter(({ type }) => !layout.numbersOnly || type === 'float');
  const leftOut = reference.fields.length - fields.length;
  if (leftOut > 0)
    warnings.push(
      `The server stores numbers only, so ${leftOut === 1 ? 'a field' : `${leftOut} fields`} of the reference data that hold text are left out.`,
    );

  let mended = 0;
  const written = (text: string, clean: (text: string) => string): string => {
    const cleaned = clean(text);
    if (cleaned !== text) mended++;
    return cleaned;
  };
  const name = (text: string): string => cleanName(plain(text));
  const cleaners = new Map([...fields.map(({ key }) => [key, cleanControls] as const), ...tags.map((key) => [key, name] as const)]);
  const valuesOf = ({ values }: Deployment): Deployment['values'] =>
    Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) => {
        const clean = cleaners.get(plain(key));
        return clean === undefined ? [] : [[plain(key), written(value, clean)]];
      }),
    );
  const deployments = reference.deployments.map(
    (one): Deployment => ({
      ...one,
      animal: name(one.animal),
      tag: one.tag === undefined ? undefined : name(one.tag),
      values: valuesOf(one),
    }),
  );
  if (mended > 0)
    warnings.push(
      `${mended === 1 ? 'A value' : `${mended} values`} of the reference data held line ends, control bytes or the like, which were replaced.`,
    );
  const packed = packDeployments(deployments);
  return {
    layout: {
      ...layout,
      reference: {
        file: reference.file,
        animalColumn,
        tagColumn,
        tags,
        fields,
        deploymentCount: deployments.length,
        deployments: packed,
        hash: hash ?? createHash('sha256').update(Buffer.from(packed)).digest('hex'),
      },
    },
    warnings,
  };
}
