// A worker thread's entry: what the pool calls. It keeps what a pass needs, so
// that a chunk costs no more than its rows.

import { parentPort } from 'node:worker_threads';
import { SuspectCollector } from './collisions/collect-chunk.ts';
import { type Grouped, type GroupTask, groupSightings } from './collisions/group.ts';
import type { PartitionBytes } from './collisions/spool.ts';
import { windowBytes } from './csv/chunk-rows.ts';
import { ByteWindow } from './csv/row-scanner.ts';
import type { DestinationWriter, Target } from './destination/destination.ts';
import { openWriter } from './destination/open-writer.ts';
import { RunGauge } from './destination/run-gauge.ts';
import { SkeinError } from './errors.ts';
import { ChunkLoader, type LoadChunkTask, type LoadedChunk } from './load/load-chunk.ts';
import type { ReadyPart } from './load/ready-parts.ts';
import { PartReplayer } from './load/replay-part.ts';
import { lineFormat, type RowFormat, shardFormat } from './load/row-format.ts';
import { SendQueue } from './load/send-queue.ts';
import { type ContentTask, contentOf, type FileContent } from './load/shard-content.ts';
import { type StitchedFile, type StitchTask, stitchShard } from './load/stitch-shard.ts';
import type { Layout } from './movebank/layout.ts';
import { Recent } from './recent.ts';
import { PlacedReader, type PlacedSource } from './source/placed-source.ts';
import type { Chunk } from './survey/survey.ts';
import { ChunkSurveyor, type SurveyChunkTask, type SurveyedChunk } from './survey/survey-chunk.ts';
import { ChunkExpecter, type ExpectChunkTask } from './verify/expect-chunk.ts';
import type { Expected } from './verify/expected.ts';
import type { Answer, CollectPass, ExpectPass, LoadPass, ReplayPass, SurveyPass } from './workers.ts';

// By source.
const surveyors = new Recent<ChunkSurveyor>();
const collectors = new Recent<SuspectCollector>();
const expecters = new Recent<ChunkExpecter>();
const loaders = new Recent<Promise<ChunkLoader>>();
let sending: Promise<Sending> | undefined;
let replayer: Promise<PartReplayer> | undefined;
/** Windows that no chunk uses at the moment. There are as many as chunks at once. */
const idleWindows: ByteWindow[] = [];

// All modules are loaded.
parentPort?.postMessage('up');

/** Survey one chunk. */
export function survey({ pass, task }: { pass: SurveyPass; task: SurveyChunkTask }): Promise<Answer<SurveyedChunk>> {
  const prepared = surveyors.get(pass.source.index, () => new ChunkSurveyor(pass.layout, pass.selection, pass.nowMs, pass.details));
  return withWindow(pass, (source, window) => prepared.survey(task, source, window));
}

/** Note the suspect rows of one chunk. */
export function collect({ pass, chunk }: { pass: CollectPass; chunk: Chunk }): Promise<Answer<PartitionBytes[]>> {
  const { layout, selection, suspects, partitions } = pass;
  const prepared = collectors.get(pass.source.index, () => new SuspectCollector(layout, selection, suspects, partitions));
  return withWindow(pass, (source, window) => prepared.collect(chunk, source, window));
}

/** Compare suspect rows. */
export function group(task: GroupTask): Answer<Grouped> {
  return { result: groupSightings(task) };
}

/** Count what a server must hold of one chunk. */
export function expect({ pass, task }: { pass: ExpectPass; task: ExpectChunkTask }): Promise<Answer<Expected>> {
  const prepared = expecters.get(pass.source.index, () => new ChunkExpecter(pass.layout, pass.selection, pass.fields));
  return withWindow(pass, (source, window) => prepared.expect(task, source, window));
}

/** Load one chunk. */
export function load({ pass, task }: { pass: LoadPass; task: LoadChunkTask }): Promise<Answer<LoadedChunk>> {
  forgetSurvey();
  const prepared = loaders.get(pass.source.index, () => prepareLoad(pass));
  return withWindow(pass, async (source, window) => (await prepared).load(task, source, window));
}

/** Each pass knows the series of the file by itself: of a hundred thousand that takes some 50 MB. */
function forgetSurvey(): void {
  surveyors.clear();
  collectors.clear();
}

/** What the loads of all sources have in common. */
interface Sending {
  readonly destination: DestinationWriter;
  readonly queue: SendQueue;
  readonly gauge: RunGauge;
}

async function prepareLoad(pass: LoadPass): Promise<ChunkLoader> {
  sending ??= prepareSending(pass);
  const { destination, queue, gauge } = await sending;
  return new ChunkLoader(pass.layout, pass.selection, formatFor(pass.target, pass.layout), destination, queue, gauge);
}

async function prepareSending({ target, inFlight, gauge: numbers }: LoadPass | ReplayPass): Promise<Sending> {
  const gauge = new RunGauge(numbers);
  return { destination: await openWriter(target, inFlight, gauge), queue: new SendQueue(inFlight), gauge };
}

function formatFor(target: Target, layout: Layout): RowFormat {
  const shardSeconds = target.kind === 'directory' ? target.shardSeconds : undefined;
  return shardSeconds === undefined ? lineFormat(layout) : shardFormat(layout, shardSeconds);
}

/** Make the files of one shard. */
export function stitch(task: StitchTask): Promise<Answer<StitchedFile[]>> {
  return answered(async () => stitchShard(task));
}

/** Read the file of a shard once more. */
export function content(task: ContentTask): Promise<Answer<FileContent>> {
  return answered(async () => contentOf(task));
}

/** Send one part. */
export function replay({ pass, part }: { pass: ReplayPass; part: ReadyPart }): Promise<Answer<LoadedChunk>> {
  replayer ??= prepareReplay(pass);
  const prepared = replayer;
  return answered(async () => (await prepared).replay(part));
}

async function prepareReplay(pass: ReplayPass): Promise<PartReplayer> {
  const { destination, queue, gauge } = await prepareSending(pass);
  return new PartReplayer(destination, queue, gauge);
}

function withWindow<Result>(
  { source, chunkBytes }: { source: PlacedSource; chunkBytes: number },
  work: (source: PlacedReader, window: ByteWindow) => Promise<Result>,
): Promise<Answer<Result>> {
  return answered(async () => {
    const window = idleWindows.pop() ?? new ByteWindow(windowBytes(chunkBytes));
    try {
      return await ofOneState(source, (opened) => work(opened, window));
    } finally {
      idleWindows.push(window);
    }
  });
}

/** Do `work`; what it found or where it failed does not count when the file has changed meanwhile. */
async function ofOneState<Result>(source: PlacedSource, work: (source: PlacedReader) => Promise<Result>): Promise<Result> {
  const reader = await PlacedReader.open(source);
  try {
    return await work(reader);
  } finally {
    await reader.checkUnchanged().finally(() => reader.close());
  }
}

async function answered<Result>(work: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    if (error instanceof SkeinError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}
