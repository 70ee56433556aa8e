// A worker thread's entry: what the pool calls. It keeps what a pass needs, so
// that a chunk costs no more than its rows.
//
// What every load does is there from the start. The code of the other passes is
// fetched by the first task that needs it: half the modules are for few runs.

import { parentPort } from 'node:worker_threads';
import type { SuspectCollector } from './collisions/collect-chunk.ts';
import type { Grouped, GroupTask } from './collisions/group.ts';
import type { PartitionBytes } from './collisions/spool.ts';
import { ByteWindow } from './csv/byte-window.ts';
import { windowBytes } from './csv/chunk-rows.ts';
import type { DestinationWriter, Target } from './destination/destination.ts';
import { openWriter } from './destination/open-writer.ts';
import { RunGauge } from './destination/run-gauge.ts';
import { LineWriter } from './encode/line-protocol.ts';
import { SkeinError } from './errors.ts';
import { ChunkLoader, type LoadChunkTask, type LoadedChunk } from './load/load-chunk.ts';
import type { ReadyPart } from './load/ready-parts.ts';
import type { PartReplayer } from './load/replay-part.ts';
import { lineFormat, type RowFormat } from './load/row-format.ts';
import { SendQueue } from './load/send-queue.ts';
import type { ContentTask, FileContent } from './load/shard-content.ts';
import type { StitchedFile, StitchTask } from './load/stitch-shard.ts';
import type { Layout } from './movebank/layout.ts';
import { Recent } from './recent.ts';
import { PlacedReader, type PlacedSource } from './source/placed-source.ts';
import type { Chunk } from './survey/survey.ts';
import { ChunkSurveyor, type SurveyChunkTask, type SurveyedChunk } from './survey/survey-chunk.ts';
import type { ChunkExpecter, ExpectChunkTask } from './verify/expect-chunk.ts';
import type { Expected } from './verify/expected.ts';
import type { PointTally } from './verify/point-tally.ts';
import type { Answer, CollectPass, ExpectPass, LoadPass, ReplayPass, SurveyPass } from './workers.ts';

// By source.
const surveyors = new Recent<Promise<ChunkSurveyor>>();
const collectors = new Recent<SuspectCollector>();
const expecters = new Recent<ChunkExpecter>();
const loaders = new Recent<Promise<ChunkLoader>>();
let sending: Promise<Sending> | undefined;
let replayer: Promise<PartReplayer> | undefined;
/** Windows that no chunk uses at the moment. There are as many as chunks at once. */
const idleWindows: ByteWindow[] = [];

// What was imported above is loaded.
parentPort?.postMessage('up');

/** Survey one chunk. */
export function survey({ pass, task }: { pass: SurveyPass; task: SurveyChunkTask }): Promise<Answer<SurveyedChunk>> {
  const { layout, selection, nowMs, details } = pass;
  const prepared = surveyors.get(pass.source.index, () => ChunkSurveyor.prepare(layout, selection, nowMs, details));
  return withWindow(pass, async (source, window) => (await prepared).survey(task, source, window));
}

/** Note the suspect rows of one chunk. */
export async function collect({ pass, chunk }: { pass: CollectPass; chunk: Chunk }): Promise<Answer<PartitionBytes[]>> {
  const { SuspectCollector } = await import('./collisions/collect-chunk.ts');
  const { layout, selection, suspects, partitions } = pass;
  const prepared = collectors.get(pass.source.index, () => new SuspectCollector(layout, selection, suspects, partitions));
  return withWindow(pass, (source, window) => prepared.collect(chunk, source, window));
}

/** Compare suspect rows. */
export async function group(task: GroupTask): Promise<Answer<Grouped>> {
  const { groupSightings } = await import('./collisions/group.ts');
  return { result: groupSightings(task) };
}

/** Count what a server must hold of one chunk. */
export async function expect({ pass, task }: { pass: ExpectPass; task: ExpectChunkTask }): Promise<Answer<Expected>> {
  const { ChunkExpecter } = await import('./verify/expect-chunk.ts');
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
  const format = await formatFor(pass.target, pass.layout);
  return new ChunkLoader(pass.layout, pass.selection, format, destination, queue, gauge, await talliesFor(pass));
}

async function prepareSending({ target, inFlight, gauge: numbers }: LoadPass | ReplayPass): Promise<Sending> {
  const gauge = new RunGauge(numbers);
  return { destination: await openWriter(target, inFlight, gauge), queue: new SendQueue(inFlight), gauge };
}

async function talliesFor({ layout, fields }: LoadPass): Promise<() => PointTally | undefined> {
  if (fields === undefined) return () => undefined;
  const { FieldSlots } = await import('./verify/field-slots.ts');
  const { PointTally } = await import('./verify/point-tally.ts');
  const slots = new FieldSlots(layout, fields);
  const writer = new LineWriter(layout);
  return () => new PointTally(slots, writer);
}

async function formatFor(target: Target, layout: Layout): Promise<RowFormat> {
  const shardSeconds = target.kind === 'directory' ? target.shardSeconds : undefined;
  if (shardSeconds === undefined) return lineFormat(layout);
  const { shardFormat } = await import('./load/shard-format.ts');
  return shardFormat(layout, shardSeconds);
}

/** Make the files of one shard. */
export function stitch(task: StitchTask): Promise<Answer<StitchedFile[]>> {
  return answered(async () => (await import('./load/stitch-shard.ts')).stitchShard(task));
}

/** Read the file of a shard once more. */
export function content(task: ContentTask): Promise<Answer<FileContent>> {
  return answered(async () => (await import('./load/shard-content.ts')).contentOf(task));
}

/** Send one part. */
export function replay({ pass, part }: { pass: ReplayPass; part: ReadyPart }): Promise<Answer<LoadedChunk>> {
  replayer ??= prepareReplay(pass);
  const prepared = replayer;
  return answered(async () => (await prepared).replay(part));
}

async function prepareReplay(pass: ReplayPass): Promise<PartReplayer> {
  const { PartReplayer } = await import('./load/replay-part.ts');
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
