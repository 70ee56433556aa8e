// Survey a file that lies in memory, without threads.

import { ByteWindow } from '../../src/csv/byte-window.ts';
import { windowBytes } from '../../src/csv/chunk-rows.ts';
import { EVERY_ROW } from '../../src/encode/selection.ts';
import { layOut } from '../../src/movebank/layout.ts';
import { layOutSources } from '../../src/survey/lay-out-sources.ts';
import { type Survey, surveySources } from '../../src/survey/survey.ts';
import { ChunkSurveyor, type SurveyDetails } from '../../src/survey/survey-chunk.ts';
import { MemorySource } from './bytes.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

/** @param workers how many read the chunks in turn, so that it matters which of them one has seen before */
export async function surveyText(text: string, chunkBytes = 1 << 20, details: SurveyDetails = {}, workers = 2): Promise<Survey> {
  const bytes = Buffer.from(text, 'utf8');
  const source = new MemorySource(bytes);
  let surveyors: Promise<ChunkSurveyor>[] | undefined;
  let turn = 0;
  const opened = [{ identity: { path: 'test.csv', size: bytes.length, mtimeMs: 0 }, head: bytes }];
  const laidOut = await layOutSources(opened, ({ names, delimiter }) => {
    const layout = layOut(names, delimiter);
    return typeof layout === 'string' ? layout : { layout, warnings: [] };
  });
  return surveySources(laidOut, {
    chunkBytes,
    ahead: 3,
    surveyChunk: async ({ layout }, task) => {
      surveyors ??= Array.from({ length: workers }, () => ChunkSurveyor.prepare(layout, EVERY_ROW, NOW, details));
      const surveyor = await surveyors[turn++ % workers]!;
      return surveyor.survey(task, source, new ByteWindow(windowBytes(chunkBytes)));
    },
  });
}
