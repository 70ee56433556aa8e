// What a load is asked for, and what it tells.

import type { SurveyReport } from './collisions/find-collisions.ts';
import type { InfluxOptions } from './destination/influx/connect.ts';
import type { RequestCounts, RunGauge } from './destination/run-gauge.ts';
import type { DuplicatePolicy } from './duplicate-policy.ts';
import type { Books } from './load/books.ts';
import type { HandOverProgress } from './load/hand-over.ts';
import type { SourceShare } from './load/load.ts';
import type { StitchProgress } from './load/shard-files.ts';
import type { DirectoryOptions, Via } from './open-destination.ts';
import type { PassProgress } from './survey/survey.ts';
import type { Verification } from './verify/compare.ts';
import type { VerifyPassOptions } from './verify-file.ts';

export interface LoadFileOptions extends VerifyPassOptions {
  /** Where the points go. */
  readonly to: DirectoryOptions | InfluxOptions;
  /** How points get into a server; default `write`. */
  readonly via?: Via | undefined;
  /** Where a run into a server keeps its journal and rejects; default below XDG_STATE_HOME. */
  readonly state?: string | undefined;
  /** Batches that each worker has under way at once; default 2. */
  readonly inFlight?: number | undefined;
  /** Lines in a batch; default 5000. */
  readonly batchLines?: number | undefined;
  /** Points a second that a server gets at most, over all workers; default no limit. */
  readonly rateLimit?: number | undefined;
  /** What becomes of rows that share series and time and differ; default: the mapping's, or `keep`. */
  readonly duplicates?: DuplicatePolicy | undefined;
  /** Stop before the first write when more rows than this would be rejected. */
  readonly maxRejects?: number | undefined;
  /** Do everything but write. */
  readonly dryRun?: boolean | undefined;
  /** Whether a server is asked in the end if it holds every point; default true. */
  readonly verify?: boolean | undefined;
  /** Replace what an earlier run left; default: go on with it. */
  readonly fresh?: boolean | undefined;
  /** Asked before anything is deleted for `replaceBucket`; default: yes. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** @param gauge what is under way at the moment in all workers */
  readonly onLoadProgress?: ((progress: PassProgress, gauge: RunGauge) => void) | undefined;
  /** While shard files are made. */
  readonly onStitchProgress?: ((progress: StitchProgress) => void) | undefined;
  /** While finished shards are handed to the server. */
  readonly onHandOverProgress?: ((progress: HandOverProgress) => void) | undefined;
}

/** What a load did. */
export interface LoadReport {
  readonly survey: SurveyReport;
  /** Of a dry run: what they would be. */
  readonly books: Books;
  readonly destination: string;
  /** It is a server that the queries of `skein query` and the dashboard can be asked. */
  readonly answersFlux: boolean;
  /** Where the journal, the mapping and the rejects are; nothing is there after a dry run. */
  readonly directory: string;
  /** An earlier run had done everything already. */
  readonly wasDone: boolean;
  /** Rows that earlier runs had done. */
  readonly resumedRows: number;
  readonly requests: RequestCounts;
  /** The mapping that was used, to be given with `--mapping`. */
  readonly mappingPath: string;
  /** What became of the rows of each of the survey's sources; no rejects are kept of a dry run. */
  readonly shares: readonly SourceShare[];
  /** String values that held something that cannot be carried, by column. */
  readonly mendedText: readonly number[];
  /** Sentences about the destination that the user may not expect. */
  readonly notes: readonly string[];
  /** Wall time. */
  readonly surveySeconds: number;
  readonly loadSeconds: number;
  readonly verifySeconds: number;
  /** What the server holds; undefined where it was not asked. */
  readonly verification: Verification | undefined;
}
