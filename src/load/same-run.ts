// What a run is about, and whether it is the run that was begun: only then may
// it go on where that one was.

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { SurveyReport } from '../collisions/find-collisions.ts';
import type { DuplicatePolicy } from '../duplicate-policy.ts';
import type { SelectionOptions } from '../encode/selection.ts';
import { SkeinError } from '../errors.ts';
import { fingerprint } from '../source/fingerprint.ts';
import type { SourceIdentity } from '../source/range-reader.ts';
import type { RunRecord, SourceRecord } from './journal.ts';

export interface RunPlan {
  /** In words, without secrets. */
  readonly destination: string;
  readonly selection: SelectionOptions;
  readonly duplicates: DuplicatePolicy;
  readonly chunkBytes: number;
  readonly shardSeconds: number | undefined;
}

/** @throws SkeinError `source` when the file has changed since the survey */
export async function recordOf(survey: SurveyReport, { selection, ...plan }: RunPlan): Promise<RunRecord> {
  const { sources, layout, summary, chunks, collisions } = survey;
  return {
    journal: 1,
    sources: await Promise.all(sources.map(({ identity }) => stateOf(identity))),
    ...plan,
    mapping: hashOf(layout),
    reference: layout.reference?.hash,
    selection: hashOf(selection),
    survey: hashOf({ ...summary, series: undefined, notes: undefined, collisions: collisions.counts }, summary.series.values()),
    chunks: chunks.length,
  };
}

async function stateOf(identity: SourceIdentity): Promise<SourceRecord> {
  const { path, size, mtimeMs } = identity;
  return { path, size, mtimeMs, fingerprint: await fingerprint(identity) };
}

/** The flag that says in which form points leave. */
function begunAs({ destination, shardSeconds }: RunRecord): string {
  const isServer = /^https?:/.test(destination);
  if (isServer) return `--via ${shardSeconds === undefined ? 'write' : 'shards'}`;
  return `--format ${shardSeconds === undefined ? 'lines' : 'shards'}`;
}

/** @param more values of which there may be a hundred thousand: as one text they would take tens of MB */
function hashOf(value: unknown, more: Iterable<unknown> = []): string {
  const hash = createHash('sha256').update(JSON.stringify(value));
  for (const one of more) hash.update(JSON.stringify(one));
  return hash.digest('hex');
}

/** @throws SkeinError `state`, saying what differs, when `run` is not the run that was begun */
export function checkSameRun(directory: string, begun: RunRecord, run: RunRecord): void {
  const differences: [differs: boolean, what: string][] = [
    [!isDeepStrictEqual(begun.sources, run.sources), otherSources(begun.sources, run.sources)],
    [begun.destination !== run.destination, `it goes to ${begun.destination}`],
    [begun.reference !== run.reference, referenceDifference(begun, run)],
    [begun.mapping !== run.mapping, 'its mapping or measurement is another'],
    [begun.selection !== run.selection, 'it leaves out other rows (--since, --until, --individual, --outliers, --no-location)'],
    [begun.duplicates !== run.duplicates, `it was begun with --duplicates ${begun.duplicates}`],
    [(begun.shardSeconds === undefined) !== (run.shardSeconds === undefined), `it was begun with ${begunAs(begun)}`],
    [
      begun.survey !== run.survey || begun.shardSeconds !== run.shardSeconds || begun.chunks !== run.chunks,
      'the survey found something else in the file',
    ],
  ];
  const found = differences.find(([differs]) => differs);
  if (found === undefined) return;
  throw new SkeinError(
    'state',
    `${directory} holds an earlier load, and ${found[1]}. Give the same flags to go on with it, or add --fresh to start over.`,
  );
}

function referenceDifference(begun: RunRecord, run: RunRecord): string {
  if (begun.reference === undefined) return 'it was begun without reference data (--no-reference)';
  return run.reference === undefined ? 'it was begun with reference data' : 'its reference data have changed since';
}

/** How the sources differ: by the first that does. */
function otherSources(begun: readonly SourceRecord[], sources: readonly SourceRecord[]): string {
  const at = begun.findIndex((source, i) => !isDeepStrictEqual(source, sources[i]));
  const [was, is] = [begun[at], sources[at]];
  if (was === undefined) return `it is without ${sources[begun.length]?.path}`;
  if (was.path !== is?.path) return `it is of another file, ${was.path}`;
  return begun.length === 1 ? 'the file has changed since' : `${was.path} has changed since`;
}
