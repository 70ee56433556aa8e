// Where a load goes: a target for the workers, and what is made sure of there
// before the first write.

import { resolve } from 'node:path';
import type { Target } from './destination/destination.ts';
import type { Connection, InfluxOptions } from './destination/influx/connect.ts';
import type { PlannedLoad } from './destination/influx/planned-load.ts';
import type { Preflight, PreflightOptions } from './destination/influx/preflight.ts';
import type { SelectionOptions } from './encode/selection.ts';
import { textKey } from './movebank/layout.ts';
import type { Survey } from './survey/survey.ts';

export interface OpenDestination {
  readonly target: Target;
  /** Make sure that it takes and keeps what is planned. Fails with a SkeinError, before anything is written. */
  preflight(planned: PlannedLoad, options: Pick<PreflightOptions, 'dryRun' | 'isResumed' | 'confirm'>): Promise<Preflight>;
}

export interface DirectoryOptions {
  readonly directory: string;
  /** Batches of line protocol, or the files of the shards that an InfluxDB keeps; default `lines`. */
  readonly format?: 'lines' | 'shards' | undefined;
}

/** @throws SkeinError as `connectInflux` */
export async function openDestination(to: DirectoryOptions | InfluxOptions): Promise<OpenDestination> {
  if ('directory' in to) {
    return {
      target: { kind: 'directory', path: resolve(to.directory) },
      preflight: async () => ({ notes: [], bucketIsEmpty: false }),
    };
  }
  const { connectInflux } = await import('./destination/influx/connect.ts');
  const connection: Connection = await connectInflux(to);
  return {
    target: connection.target,
    preflight: async (planned, options) => {
      const { preflight } = await import('./destination/influx/preflight.ts');
      const { createBucket, replaceBucket, adminToken } = to;
      return preflight(connection, planned, { createBucket, replaceBucket, adminToken, ...options });
    },
  };
}

/** What a server is asked about: no field that is surely empty, and those for values that do not fit only where there are such. */
export function plannedLoad({ layout, summary }: Survey, { sinceMs = -Infinity, untilMs = Infinity }: SelectionOptions): PlannedLoad {
  const fields = new Map<string, 'float' | 'integer' | 'boolean' | 'text'>();
  for (const [column, role] of layout.columns.entries()) {
    if (role.role !== 'field' || role.type === 'unknown') continue;
    const isEmpty = role.guessed === true && summary.evidence[column] === 0;
    const isLeftOut = layout.numbersOnly === true && role.type === 'text';
    if (!isEmpty && !isLeftOut) fields.set(role.key, role.type);
    if ((summary.notes.misfits[column] ?? 0) > 0) fields.set(textKey(role.key), 'text');
  }
  for (const { key, type } of layout.reference?.fields ?? []) fields.set(key, type);
  const { measurement } = layout;
  return { measurement, fields, firstMs: Math.max(summary.firstMs, sinceMs), lastMs: Math.min(summary.lastMs, untilMs - 1) };
}
