// The mapping that the user names: one that is built in, or a file. Says exactly
// what is wrong with a file, if anything is.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DUPLICATE_POLICIES } from '../duplicate-policy.ts';
import { SkeinError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { TIME_FORMATS } from './layout.ts';
import type { Mapping } from './mapping.ts';
import { TUTORIAL, TUTORIAL_MAPPING } from './tutorial.ts';

const name = z.string().min(1);
/** Names that InfluxDB keeps for itself. */
const tagKey = name.refine((key) => !['time', '_field', '_measurement'].includes(key), 'is a name that InfluxDB keeps for itself');
const fieldKey = name.refine((key) => key !== 'time', 'is a name that InfluxDB keeps for itself');

const tagSchema = z
  .strictObject({ column: name.optional(), key: tagKey.optional(), value: name.optional() })
  .transform(({ column, key, value }, context): Mapping['tags'][number] => {
    if (column !== undefined && value === undefined) return { column, key };
    if (column === undefined && key !== undefined && value !== undefined) return { key, value };
    context.addIssue('a tag has a column, or a key and a value that every point gets');
    return z.NEVER;
  });

/** As line protocol takes it. */
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const instant = z.iso.datetime({ offset: true, error: 'must look like 2018-05-04T09:30:00Z' });

const referenceSchema = z
  .strictObject({
    file: z.string().optional(),
    animal: name,
    tag: name.optional(),
    tags: z.array(tagKey).default([]),
    fields: z.array(z.strictObject({ key: fieldKey, type: z.enum(['float', 'text']) })).default([]),
    deployments: z.array(
      z.strictObject({
        animal: name,
        tag: z.string().optional(),
        on: instant.optional(),
        off: instant.optional(),
        values: z.record(z.string(), name),
      }),
    ),
  })
  .superRefine(({ fields, deployments }, context) => {
    const numbers = new Set(fields.flatMap(({ key, type }) => (type === 'float' ? [key] : [])));
    for (const [i, { values }] of deployments.entries()) {
      for (const [key, value] of Object.entries(values)) {
        if (!numbers.has(key) || (NUMBER.test(value) && Number.isFinite(Number(value)))) continue;
        context.addIssue({ code: 'custom', path: ['deployments', i, 'values', key], message: 'must be a number, like "12.5"' });
      }
    }
  });

const mappingSchema = z
  .strictObject({
    measurement: name,
    time: z.strictObject({
      column: name,
      format: z.enum(TIME_FORMATS).default('movebank'),
      utcOffset: z
        .string()
        .regex(/^[+-]([01]\d|2[0-3]):[0-5]\d$/, 'must look like +02:00')
        .default('+00:00'),
    }),
    tags: z.array(tagSchema).default([]),
    fields: z
      .array(z.strictObject({ column: name, key: fieldKey.optional(), type: z.enum(['float', 'integer', 'boolean', 'text']) }))
      .min(1),
    location: z.strictObject({ latitude: name, longitude: name }).optional(),
    outlier: name.optional(),
    individual: name.optional(),
    missingText: z.enum(['keep', 'drop']).default('drop'),
    duplicates: z.enum(DUPLICATE_POLICIES).optional(),
    reference: referenceSchema.optional(),
    drop: z.array(name).default([]),
  })
  .superRefine((mapping, context) => {
    const seen = new Set<string>();
    const check = (key: string, path: (string | number)[]) => {
      if (seen.has(key)) context.addIssue({ code: 'custom', path, message: `the key "${key}" is used twice` });
      seen.add(key);
    };
    for (const [i, tag] of mapping.tags.entries()) check('value' in tag ? tag.key : (tag.key ?? tag.column), ['tags', i]);
    for (const [i, { key, column }] of mapping.fields.entries()) check(key ?? column, ['fields', i]);
    for (const [i, key] of (mapping.reference?.tags ?? []).entries()) check(key, ['reference', 'tags', i]);
    for (const [i, { key }] of (mapping.reference?.fields ?? []).entries()) check(key, ['reference', 'fields', i]);
  });

/**
 * Read a mapping.
 *
 * @param nameOrPath the word `tutorial`, or a file's path: `./tutorial` for one of that name
 * @throws SkeinError `usage`, naming the place in the file, when it is no mapping
 */
export async function readMapping(nameOrPath: string): Promise<Mapping> {
  if (nameOrPath === TUTORIAL) return TUTORIAL_MAPPING;
  let content: unknown;
  try {
    content = JSON.parse(await readFile(nameOrPath, 'utf8'));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const what =
      code === 'ENOENT'
        ? `There is no mapping file ${nameOrPath}. The mapping that is built in is called ${TUTORIAL}`
        : `The mapping file ${nameOrPath} cannot be read: ${message}`;
    throw new SkeinError('usage', `${what}.`, { cause });
  }
  const parsed = mappingSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new SkeinError('usage', `The mapping file ${nameOrPath} is not right. ${describeIssues(parsed.error)}.`);
}
