// Where a load goes: a target for the workers, and what is made sure of there
// before the first write.

import { resolve } from 'node:path';
import type { Target } from './destination/destination.ts';
import type { Connection, InfluxOptions } from './destination/influx/connect.ts';
import type { PlannedLoad } from './destination/influx/planned-load.ts';
import type { Preflight, PreflightOptions } from './destination/influx/preflight.ts';
import type { InfluxTarget } from './destination/influx/target.ts';
import type { SelectionOptions } from './encode/selection.ts';
import { SkeinError } from './errors.ts';
import type { JournalContent } from './load/journal.ts';
import type { ShardRoad } from './load/shard-road.ts';
import { textKey } from './movebank/layout.ts';
import type { Survey } from './survey/survey.ts';

/** How points get into a server: by writes, or as finished shards into a bucket that the load makes for them; `auto`: as shards where that can be. */
export type Via = 'write' | 'shards' | 'auto';

export interface ChosenRoad {
  /** By finished shards; undefined: not so. */
  readonly road: ShardRoad | undefined;
  /** Sentences about what the user may not expect of that. */
  readonly notes: readonly string[];
}

export interface OpenDestination {
  readonly target: Target;
  /**
   * The road of a load, or the one to go on with an earlier load.
   *
   * @param abandoned what an earlier run has left that is not gone on with, and did not come to its end
   * @throws SkeinError when it is to be one that is not open
   */
  roadFor(earlier: JournalContent | undefined, abandoned?: JournalContent): Promise<ChosenRoad>;
  /** Make sure that it takes and keeps what is planned. Fails with a SkeinError, before anything is written. */
  preflight(planned: PlannedLoad, options: Pick<PreflightOptions, 'dryRun' | 'isResumed' | 'confirm'>): Promise<Preflight>;
}

export interface DirectoryOptions {
  readonly directory: string;
  /** Batches of line protocol, or the files of the shards that an InfluxDB keeps; default `lines`. */
  readonly format?: 'lines' | 'shards' | undefined;
}

/** @throws SkeinError as `connectInflux`; `usage` where points cannot get in as `via` says */
export async function openDestination(to: DirectoryOptions | InfluxOptions, via: Via = 'write'): Promise<OpenDestination> {
  if ('directory' in to) {
    if (via !== 'write') {
      throw new SkeinError(
        'usage',
        `--via ${via} is about a server, and ${to.directory} is none. For shards in a directory use --format shards.`,
      );
    }
    return {
      target: { kind: 'directory', path: resolve(to.directory) },
      roadFor: async () => ({ road: undefined, notes: [] }),
      preflight: async () => ({ notes: [], bucketIsEmpty: false }),
    };
  }
  const { connectInflux } = await import('./destination/influx/connect.ts');
  const chosen = via === 'write' ? to : withOwnBucket(to, via);
  const connection: Connection = await connectInflux(chosen);
  const { target } = connection;
  const opened = via === 'write' ? undefined : await openRoad({ ...target, token: to.adminToken ?? target.token }, via);
  return {
    target,
    roadFor: (earlier, abandoned) => roadFor(opened, earlier, abandoned, via),
    preflight: async (planned, options) => {
      const { preflight } = await import('./destination/influx/preflight.ts');
      const { createBucket, replaceBucket, adminToken } = chosen;
      return preflight(connection, planned, { createBucket, replaceBucket, adminToken, ...options });
    },
  };
}

/** Options under which a bucket that is missing is made. */
function withOwnBucket(to: InfluxOptions, via: Via): InfluxOptions {
  if (to.replaceBucket === true) {
    throw new SkeinError(
      'usage',
      `--via ${via} fills a bucket that it makes itself, and --replace-bucket empties one that is there. Leave one of them out.`,
    );
  }
  return { ...to, token: via === 'shards' ? (to.adminToken ?? to.token) : to.token, createBucket: true };
}

/** @returns the road, or in a sentence why it is closed where there is another */
async function openRoad(target: InfluxTarget, via: Via): Promise<ShardRoad | string> {
  const { ShardRoad } = await import('./load/shard-road.ts');
  return orWhyNot(() => ShardRoad.open(target), via);
}

async function roadFor(
  opened: ShardRoad | string | undefined,
  earlier: JournalContent | undefined,
  abandoned: JournalContent | undefined,
  via: Via,
): Promise<ChosenRoad> {
  // An earlier load goes on as it was begun: what differs, its journal says.
  if (opened === undefined || (via === 'auto' && earlier !== undefined && earlier.run.shardSeconds === undefined)) {
    return { road: undefined, notes: [] };
  }
  if (typeof opened === 'string') return { road: undefined, notes: [opened] };
  const road = await orWhyNot(async () => {
    if (abandoned === undefined) await opened.resume(earlier?.shardEntries ?? []);
    else await opened.startOver(abandoned.shardEntries);
    return opened;
  }, via);
  return typeof road === 'string' ? { road: undefined, notes: [road] } : { road, notes: [] };
}

async function orWhyNot<Result>(action: () => Promise<Result>, via: Via): Promise<Result | string> {
  try {
    return await action();
  } catch (error) {
    if (via !== 'auto' || !(error instanceof SkeinError) || error.code === 'state') throw error;
    return `It was loaded by writes: ${error.message}`;
  }
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
