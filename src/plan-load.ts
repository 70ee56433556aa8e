// What a load is going to do, and whether it may: all of it before the first write.

import type { SurveyReport } from './collisions/find-collisions.ts';
import { DEFAULT_CHUNK_BYTES } from './defaults.ts';
import { shardGroupSeconds } from './destination/influx/shard-groups.ts';
import { EVERY_ROW, type SelectionOptions } from './encode/selection.ts';
import type { Books } from './load/books.ts';
import { checkCollisions, checkRejects, checkSelection, expectedBooks } from './load/forecast.ts';
import type { JournalContent, RunRecord } from './load/journal.ts';
import { checkSameRun, recordOf } from './load/same-run.ts';
import type { ShardRoad } from './load/shard-road.ts';
import { describeTarget } from './load/state-directory.ts';
import type { LoadFileOptions } from './load-options.ts';
import { type ChosenRoad, type OpenDestination, plannedLoad } from './open-destination.ts';

export interface LoadPlan {
  readonly survey: SurveyReport;
  /** What the survey foresees. */
  readonly expected: Books;
  readonly run: RunRecord;
  /** What an earlier run did of it. */
  readonly earlier: JournalContent | undefined;
  readonly chunkBytes: number;
  readonly selection: SelectionOptions;
  /** Sentences about the destination that the user may not expect. */
  readonly notes: readonly string[];
  /** The way into the server by finished shards, if it is that one. */
  readonly road: ShardRoad | undefined;
  /** The bucket holds nothing yet, as far as is known. */
  readonly bucketIsEmpty: boolean;
}

/**
 * Make sure that a load may begin.
 *
 * @param directory of the journal
 * @param earlier the journal to go on with, if there is one
 * @throws SkeinError `usage`, `rejects` or `source` where the files do not allow it, `state` where the earlier run is another,
 *   and what the destination's preflight throws
 */
export async function planLoad(
  survey: SurveyReport,
  { target, preflight, road, ...chosen }: OpenDestination & ChosenRoad,
  directory: string,
  earlier: JournalContent | undefined,
  options: LoadFileOptions,
): Promise<LoadPlan> {
  const { chunkBytes = DEFAULT_CHUNK_BYTES, selection = EVERY_ROW } = options;
  checkSelection(survey, selection);
  checkRejects(survey, options.maxRejects);
  if (survey.collisions.policy === 'stop') checkCollisions(survey);
  const expected = expectedBooks(survey);
  const planned = plannedLoad(survey, selection);
  const isOfShards = road !== undefined || ('format' in options.to && options.to.format === 'shards');
  const shardSeconds = isOfShards ? shardGroupSeconds(planned) : undefined;
  const run = await recordOf(survey, {
    destination: describeTarget(target),
    selection,
    duplicates: survey.collisions.policy,
    chunkBytes,
    shardSeconds,
  });
  if (earlier !== undefined) checkSameRun(directory, earlier.run, run);
  const known = { survey, expected, run, earlier, chunkBytes, selection };
  const isDryRun = options.dryRun === true;
  if (expected.points === 0 || earlier?.done === true) {
    return { ...known, road, notes: chosen.notes, bucketIsEmpty: road !== undefined };
  }
  if (road !== undefined && shardSeconds !== undefined) {
    return { ...known, road, notes: [...chosen.notes, road.note(shardSeconds, isDryRun)], bucketIsEmpty: true };
  }
  const { notes, bucketIsEmpty } = await preflight(planned, {
    dryRun: isDryRun,
    isResumed: (earlier?.records.length ?? 0) > 0,
    confirm: options.confirm ?? (async () => true),
  });
  return { ...known, road, notes: [...chosen.notes, ...notes], bucketIsEmpty };
}
