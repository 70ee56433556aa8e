// Read a mapping file and say exactly what is wrong with it, if anything is.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SkeinError } from '../errors.ts';
import { describeIssues } from '../schema-issues.ts';
import { TIME_FORMATS } from './layout.ts';
import type { Mapping } from './mapping.ts';

const name = z.string().min(1);
/** Names that InfluxDB keeps for itself. */
const tagKey = name.refine((key) => !['time', '_field', '_measurement'].includes(key), 'is a name that InfluxDB keeps for itself');
const fieldKey = name.refine((key) => key !== 'time', 'is a name that InfluxDB keeps for itself');

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
    tags: z.array(z.strictObject({ column: name, key: tagKey.optional() })).default([]),
    fields: z
      .array(z.strictObject({ column: name, key: fieldKey.optional(), type: z.enum(['float', 'integer', 'boolean', 'text']) }))
      .min(1),
    location: z.strictObject({ latitude: name, longitude: name }).optional(),
    outlier: name.optional(),
    individual: name.optional(),
    drop: z.array(name).default([]),
  })
  .superRefine((mapping, context) => {
    const seen = new Set<string>();
    const check = (key: string, path: (string | number)[]) => {
      if (seen.has(key)) context.addIssue({ code: 'custom', path, message: `the key "${key}" is used twice` });
      seen.add(key);
    };
    for (const [i, { key, column }] of mapping.tags.entries()) check(key ?? column, ['tags', i]);
    for (const [i, { key, column }] of mapping.fields.entries()) check(key ?? column, ['fields', i]);
  });

/**
 * Read a mapping file.
 *
 * @throws SkeinError `usage`, naming the place in the file, when it is no mapping
 */
export async function readMapping(path: string): Promise<Mapping> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new SkeinError('usage', `The mapping file ${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
  const parsed = mappingSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new SkeinError('usage', `The mapping file ${path} is not right. ${describeIssues(parsed.error)}.`);
}
