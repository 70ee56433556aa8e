// What is made sure of between the survey and the first write: that the bucket
// is there, keeps what is about to be written, and has no field of another type.
//
// A token may not be allowed to look at all of it. Then it is said that it was
// not checked, never taken for an answer.

import { SkeinError } from '../../errors.ts';
import type { BucketFacts, Buckets } from './buckets.ts';
import { type Connection, tryEmptyWrite } from './connect.ts';
import type { Dialect } from './dialect.ts';
import { dialectOf } from './dialects.ts';
import { clockNote, keepsTooShort, type PlannedLoad, shardNote, typeConflicts } from './planned-load.ts';
import { NotAllowed } from './questions.ts';
import { shardGroupSeconds } from './shard-groups.ts';
import type { InfluxTarget } from './target.ts';

export interface PreflightOptions {
  readonly createBucket?: boolean | undefined;
  readonly replaceBucket?: boolean | undefined;
  readonly adminToken?: string | undefined;
  /** Look, and change nothing. */
  readonly dryRun: boolean;
  /** An earlier run has written some of the load. */
  readonly isResumed: boolean;
  /** Asked before anything is deleted. */
  readonly confirm: (question: string) => Promise<boolean>;
}

export interface Preflight {
  /** Sentences about what the user may not expect. */
  readonly notes: readonly string[];
  /** The bucket holds nothing but what this run writes. */
  readonly bucketIsEmpty: boolean;
}

/**
 * Make sure of the destination. Makes or empties the bucket where that is asked for.
 *
 * @throws SkeinError `destination` when something of the load would be refused, lost or hidden, `state` when the bucket
 *   of an earlier run is gone, `usage` when the user does not confirm
 */
export async function preflight(
  { target, bucketIsMissing, aheadMs }: Connection,
  load: PlannedLoad,
  options: PreflightOptions,
): Promise<Preflight> {
  const dialect = dialectOf(target);
  if (dialect.numbersOnly) checkNumbersOnly(target, dialect, load);
  const manager: InfluxTarget = { ...target, token: options.adminToken ?? target.token };
  const notes = [...dialect.worthKnowing, ...present(clockNote(aheadMs))];
  const buckets = await dialect.buckets?.(manager);
  const facts = bucketIsMissing ? 'missing' : await buckets?.find();
  let bucketIsEmpty = false;
  if (buckets !== undefined && facts === 'missing') {
    notes.push(await makeBucket(buckets, target, load, options));
    bucketIsEmpty = true;
  } else {
    if (facts !== undefined) notes.push(...checkFacts(target, facts, load));
    notes.push(...(await checkTypes(dialect, manager, load)));
    if (buckets !== undefined && options.replaceBucket === true) {
      const emptied = await emptyBucket(buckets, target, options);
      notes.push(emptied.note);
      bucketIsEmpty = emptied.isDone;
    }
  }
  if (options.dryRun)
    notes.push(
      ...present(dialect.tryOut === undefined ? undefined : 'What the server keeps was not tried out, because a dry run writes nothing.'),
    );
  else notes.push(...((await dialect.tryOut?.(target, load)) ?? []));
  return { notes, bucketIsEmpty };
}

/** A load of an export leaves its text out; what is ready to be sent has it. */
function checkNumbersOnly({ url }: InfluxTarget, { title }: Dialect, { fields }: PlannedLoad): void {
  const texts = [...fields].flatMap(([field, type]) => (type === 'text' ? [field] : []));
  if (texts.length === 0) return;
  const shown = texts.slice(0, 5).join(', ') + (texts.length > 5 ? ', …' : '');
  throw new SkeinError(
    'usage',
    `${url} is a ${title}, which stores numbers only and would take text for 0: ${shown}. Load the export itself, which leaves text out.`,
  );
}

async function makeBucket(buckets: Buckets, target: InfluxTarget, load: PlannedLoad, options: PreflightOptions): Promise<string> {
  const { url, bucket } = target;
  if (options.createBucket !== true) {
    throw new SkeinError(
      'destination',
      `${url} has no bucket ${bucket}. Check --bucket or INFLUX_BUCKET, or let Skein make it with --create-bucket.`,
    );
  }
  if (options.isResumed) {
    throw new SkeinError(
      'state',
      `${url} has no bucket ${bucket} any more, and an earlier run has written some of this load there. Start over with --fresh.`,
    );
  }
  const seconds = shardGroupSeconds(load);
  const groups = `with shard groups of ${seconds / 86_400} days`;
  if (options.dryRun) return `The bucket ${bucket} would be made, ${groups}.`;
  await withAdminHint(() => buckets.create(seconds));
  const { refusal } = await tryEmptyWrite(target);
  if (refusal !== undefined) throw new SkeinError('destination', refusal.sentence);
  return `The bucket ${bucket} was made, ${groups}.`;
}

function checkFacts({ url, bucket }: InfluxTarget, facts: BucketFacts | 'missing' | 'hidden', load: PlannedLoad): string[] {
  if (typeof facts === 'string') return [`This token may not look at the bucket ${bucket}, so its retention and shards were not checked.`];
  const problem = keepsTooShort(load, facts, Date.now());
  if (problem !== undefined) throw new SkeinError('destination', `The bucket ${bucket} of ${url} ${problem}`);
  return present(shardNote(load, facts));
}

async function checkTypes(dialect: Dialect, manager: InfluxTarget, load: PlannedLoad): Promise<string[]> {
  const { url, bucket } = manager;
  try {
    const stored = await (await dialect.questions(manager)).fieldTypes(load.measurement);
    const conflicts = typeConflicts(load, stored);
    if (conflicts.length === 0) return [];
    throw new SkeinError(
      'destination',
      `The bucket ${bucket} of ${url} has fields of ${load.measurement} with another type: ${conflicts.join(', ')}. Their points would be refused or hidden. Use another --bucket or --measurement, or give the columns these types with --mapping.`,
    );
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
    // Where buckets come into being with the first write, this one has none yet.
    if (dialect.buckets === undefined && /not found/.test(error.message)) return [];
    return [`This token may not read the bucket ${bucket}, so the types of the fields that it has were not checked.`];
  }
}

async function emptyBucket(
  buckets: Buckets,
  { url, bucket }: InfluxTarget,
  options: PreflightOptions,
): Promise<{ note: string; isDone: boolean }> {
  if (options.isResumed) {
    return { note: 'The bucket was not emptied, because this goes on with an earlier run; --fresh starts over.', isDone: false };
  }
  if (options.dryRun) return { note: `The bucket ${bucket} would be emptied.`, isDone: false };
  if (!(await options.confirm(`Delete everything that the bucket ${bucket} of ${url} holds?`))) {
    throw new SkeinError('usage', 'Not confirmed: nothing was deleted and nothing written.');
  }
  await withAdminHint(() => buckets.empty());
  return { note: `The bucket ${bucket} was emptied.`, isDone: true };
}

async function withAdminHint(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    if (!(cause instanceof NotAllowed)) throw cause;
    throw new SkeinError('destination', `${cause.message} Name a file with a token that may with --admin-env-file, or do it yourself.`, {
      cause,
    });
  }
}

function present(note: string | undefined): string[] {
  return note === undefined ? [] : [note];
}
