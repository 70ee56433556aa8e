// The pool of worker threads that both passes share, seen from the main thread.

import { Piscina } from 'piscina';
import type { Grouped, GroupTask } from './collisions/group.ts';
import type { PartitionBytes } from './collisions/spool.ts';
import type { SharedSuspects } from './collisions/suspects.ts';
import type { Target } from './destination/destination.ts';
import type { SelectionOptions } from './encode/selection.ts';
import { type ErrorCode, SkeinError } from './errors.ts';
import type { LoadChunkTask, LoadedChunk } from './load/load-chunk.ts';
import type { ReadyPart } from './load/ready-parts.ts';
import type { ContentTask, FileContent } from './load/shard-content.ts';
import type { StitchedFile, StitchTask } from './load/stitch-shard.ts';
import type { Layout } from './movebank/layout.ts';
import type { PlacedSource } from './source/placed-source.ts';
import type { Chunk } from './survey/survey.ts';
import type { SurveyChunkTask, SurveyDetails, SurveyedChunk } from './survey/survey-chunk.ts';
import type { ExpectChunkTask } from './verify/expect-chunk.ts';
import type { Expected } from './verify/expected.ts';

/** While one chunk's answers are under way, a worker reads and encodes the next. */
export const CHUNKS_PER_WORKER = 2;
/** Short-lived garbage is all that a worker makes; a small nursery keeps 64 of them small. */
const YOUNG_GENERATION_MB = 8;

/** What stays the same over one pass, for the chunks of one source. A worker prepares itself for it once. */
export interface SurveyPass {
  readonly pass: 'survey';
  readonly source: PlacedSource;
  readonly layout: Layout;
  readonly chunkBytes: number;
  readonly selection: SelectionOptions;
  readonly nowMs: number;
  readonly details: SurveyDetails;
}

/** The suspect rows of the survey are read again. */
export interface CollectPass {
  readonly pass: 'collect';
  readonly source: PlacedSource;
  readonly layout: Layout;
  readonly chunkBytes: number;
  readonly selection: SelectionOptions;
  readonly suspects: SharedSuspects;
  readonly partitions: number;
}

export interface LoadPass {
  readonly pass: 'load';
  readonly source: PlacedSource;
  readonly layout: Layout;
  readonly chunkBytes: number;
  readonly selection: SelectionOptions;
  readonly target: Target;
  /** The keys of all fields of the run, to count what a server must hold; undefined where none is going to be asked. */
  readonly fields: readonly string[] | undefined;
  readonly inFlight: number;
  /** The numbers of the run's RunGauge. */
  readonly gauge: Int32Array;
}

export interface ReplayPass {
  readonly pass: 'replay';
  readonly target: Target;
  readonly inFlight: number;
  /** The numbers of the run's RunGauge. */
  readonly gauge: Int32Array;
}

/** What a server must hold is counted. */
export interface ExpectPass {
  readonly pass: 'expect';
  /** All keys of the run. */
  readonly fields: readonly string[];
  readonly source: PlacedSource;
  readonly layout: Layout;
  readonly chunkBytes: number;
  readonly selection: SelectionOptions;
}

/** A SkeinError does not survive the way between threads, so it travels as data. */
export type Answer<Result> = { readonly result: Result } | { readonly error: { readonly code: ErrorCode; readonly message: string } };

export class Workers {
  readonly #pool: Piscina;
  /** Every thread has loaded its code, or one has died. */
  readonly #up: Promise<void>;
  readonly count: number;
  /** Set when a thread has died. */
  #death: SkeinError | undefined;

  /** @param count how many threads; each is started when there is work for it */
  constructor(count: number) {
    this.count = count;
    this.#pool = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: count,
      maxThreads: count,
      concurrentTasksPerWorker: CHUNKS_PER_WORKER,
      idleTimeout: 60_000,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    // A thread that dies without a task, as one that never got up: those that wait must not wait for ever.
    this.#pool.on('error', (error) => void this.#failure(error));
    this.#up = new Promise((resolve) => {
      let up = 0;
      this.#pool.on('message', () => ++up === count && resolve());
      this.#pool.on('workerDestroy', () => resolve());
    });
  }

  /** How many chunks to keep under way: what the workers hold and as many ready behind. */
  get ahead(): number {
    return this.count * CHUNKS_PER_WORKER * 2;
  }

  surveyChunk(pass: SurveyPass, task: SurveyChunkTask): Promise<SurveyedChunk> {
    return this.#run('survey', { pass, task });
  }

  collectSuspects(pass: CollectPass, chunk: Chunk): Promise<PartitionBytes[]> {
    return this.#run('collect', { pass, chunk });
  }

  groupSightings(task: GroupTask): Promise<Grouped> {
    return this.#run('group', task);
  }

  loadChunk(pass: LoadPass, task: LoadChunkTask): Promise<LoadedChunk> {
    return this.#run('load', { pass, task });
  }

  stitchShard(task: StitchTask): Promise<StitchedFile[]> {
    return this.#run('stitch', task);
  }

  contentOfShard(task: ContentTask): Promise<FileContent> {
    return this.#run('content', task);
  }

  replayPart(pass: ReplayPass, part: ReadyPart): Promise<LoadedChunk> {
    return this.#run('replay', { pass, part });
  }

  expectChunk(pass: ExpectPass, task: ExpectChunkTask): Promise<Expected> {
    return this.#run('expect', { pass, task });
  }

  /**
   * End all threads, and so their connections.
   *
   * A thread that is ended while it loads its modules takes the whole process
   * with it (Node 20: "v8::Module::IsGraphAsync must be used on an instantiated
   * module"), once in a few hundred runs that fail early.
   */
  async close(): Promise<void> {
    await this.#up;
    await this.#pool.destroy();
  }

  async #run<Result>(name: string, task: unknown): Promise<Result> {
    const answer: Answer<Result> = await this.#pool.run(task, { name }).catch((error: unknown) => {
      throw this.#failure(error);
    });
    if ('error' in answer) throw new SkeinError(answer.error.code, answer.error.message);
    return answer.result;
  }

  /**
   * What a task that got no answer failed of. The death of one thread ends them
   * all: permits that it held, and batches that it had under way, went with it.
   */
  #failure(error: unknown): unknown {
    if (this.#death !== undefined) return this.#death;
    const why = whyItDied(error);
    if (why === undefined) return error;
    this.#death = new SkeinError(
      'usage',
      `A worker thread ${why}. Use fewer --workers, or smaller --chunk-bytes with --fresh, and run the command again: a load goes on where it was.`,
      { cause: error },
    );
    void this.#pool.destroy();
    return this.#death;
  }
}

/** @returns undefined for an error inside a task */
function whyItDied(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' || /^Array buffer allocation failed/.test(message)) return 'ran out of memory';
  return /^worker exited with code/.test(message) ? `ended before its work was done (${message})` : undefined;
}
