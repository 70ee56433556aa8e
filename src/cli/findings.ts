// What the survey found, in sentences.

import type { SurveyReport } from '../collisions/find-collisions.ts';
import { count, counted } from '../counted.ts';
import type { DuplicatePolicy } from '../duplicate-policy.ts';
import { REJECT_REASONS, rejectReason } from '../encode/reject.ts';
import type { Books } from '../load/books.ts';
import { rejectsByReason } from '../load/forecast.ts';
import { eventIdColumn } from '../movebank/layout.ts';
import type { Survey } from '../survey/survey.ts';
import { nameOfSource } from './sources.ts';
import { instant, printable, shown } from './words.ts';

const SHOWN_EXAMPLES = 3;

const POLICY_WORDS: Readonly<Record<DuplicatePolicy, string>> = {
  keep: 'all are written, these with a tag that numbers them (--duplicates keep)',
  first: 'they are not written (--duplicates first)',
  last: 'of each time only the last is written (--duplicates last)',
  stop: 'nothing is written (--duplicates stop)',
};

/** Why rows were rejected: each reason with how many there are, and where the first are and which of the examples. */
export function rejectFindings(survey: Survey, books: Books): { finding: string; places: { place: string; example: number }[] }[] {
  const counts = rejectsByReason(survey, books);
  return REJECT_REASONS.flatMap(({ name, text }, code) => {
    const rows = counts[name];
    if (rows === undefined) return [];
    const places = [...survey.summary.examples.entries()]
      .filter(([, { reason }]) => reason === code)
      .map(([example, { source, row, offset }]) => ({
        example,
        place: `${ofFile(survey, source)}row ${count(row)}, byte ${count(offset)}`,
      }));
    return [{ finding: `${counted(rows, 'row')}: ${text}`, places }];
  });
}

/** A line for each reason for which rows were rejected. */
export function rejectLines(survey: Survey, books: Books): string[] {
  return rejectFindings(survey, books).map(({ finding, places: [first] }) =>
    first === undefined ? finding : `${finding} (first: ${first.place})`,
  );
}

/** The first rejects of each reason, for `--json`. @param texts of these rows */
export function rejectExamples({ summary }: Survey, texts: readonly string[]): object[] {
  return summary.examples.map(({ source, row, offset, reason }, i) => ({
    source,
    row,
    offset,
    reason: rejectReason(reason).name,
    text: texts[i] ?? '',
  }));
}

/** What was found of rows that share series and time, and what becomes of them. */
export function collisionLines(survey: SurveyReport): string[] {
  const { collisions, layout, summary } = survey;
  const { counts, examples, policy } = collisions;
  if (counts.groups === 0) return [];
  const lines = [`${counted(counts.rows, 'row')} share series and time with another: a server would keep ${count(counts.groups)} of them.`];
  if (counts.repeats > 0) {
    const [but, which] = eventIdColumn(layout) < 0 ? ['all', ''] : ['all but the event id', ' with the lowest'];
    lines.push(`${count(counts.repeats)} repeat an earlier one in ${but}, and are written once${which}`);
  }
  if (counts.differing > 0) lines.push(`${count(counts.differing)} differ from the first: ${POLICY_WORDS[policy]}`);
  if (layout.columns[layout.individual]?.role === 'field') {
    lines.push(
      `${count(counts.rows - counts.groups)} of ${counted(summary.rows, 'row')} would overwrite one another: this model has one series for all animals. The default mapping (leave out --mapping) keeps animals, tags and sensors apart, and so their rows`,
    );
  }
  for (const { series, individual, timeMs, sources, offsets, rows, differ } of examples.slice(0, SHOWN_EXAMPLES)) {
    const [a, b] = sources.map((source) => ofFile(survey, source));
    const [first, second] = offsets.map(count);
    const places = a === b ? `${a}bytes ${first} and ${second}` : `${a}byte ${first} and ${b}byte ${second}`;
    lines.push(`  ${count(rows)} ${differ ? 'differ' : 'are equal'} at ${instant(timeMs)}, ${places}: ${shown(individual ?? series)}`);
  }
  return lines;
}

/** Before a place in a file, which file, where there are several. */
function ofFile(survey: Survey, source: number): string {
  return survey.sources.length === 1 ? '' : `${nameOfSource(survey, source)} `;
}

/** The same for `--json`. */
export function collisionsJson({ collisions: { counts, examples } }: SurveyReport): Record<string, unknown> {
  const { groups, rows, repeats, differing } = counts;
  return {
    groups,
    rows,
    repeats,
    differing,
    examples: examples.map(({ timeMs, ...one }) => ({ ...one, time: new Date(timeMs).toISOString() })),
  };
}

/**
 * What a user may not expect of the rows that are no rejects.
 *
 * @param mendedText string values that held something that cannot be carried, by column, as the load counted them
 */
export function noteSentences({ summary, layout, warnings }: Survey, mendedText: readonly number[]): string[] {
  const { notes } = summary;
  const name = (column: number): string => shown(layout.names[column] ?? '');
  const sentences = warnings.map((warning) => printable(warning));
  const note = (value: number, words: string): void => {
    if (value > 0) sentences.push(`${counted(value, 'row')} ${words}`);
  };
  note(notes.outlier, 'marked visible=false (outliers)');
  note(notes.noLocation, 'without a location');
  note(notes.halfLocation, 'with one coordinate only: it was left out');
  note(notes.offEarth, 'with a latitude beyond 90 or a longitude beyond 180: both were left out');
  note(notes.zeroLocation, 'at exactly latitude 0, longitude 0: check whether that can be');
  note(notes.futureTime, 'with a time in the future: check the clock of the tag');
  if (layout.columns[layout.individual]?.role !== 'field') note(notes.noIndividual, 'without an individual');
  note(notes.digitsCut, 'with times finer than a millisecond, which were cut off');
  const byColumn = (counts: readonly number[], words: (column: number) => string): void => {
    for (const [column, value] of counts.entries()) {
      if (value > 0) sentences.push(`${counted(value, 'value')} of ${name(column)} ${words(column)}`);
    }
  };
  byColumn(notes.misfits, (column) => `did not fit its type and went to ${fieldKey(layout.columns[column])}_text`);
  byColumn(notes.leftOutText, () => 'left out, because the server stores numbers only');
  byColumn(notes.mendedTags, () => 'held line ends, control bytes or the like, which a tag cannot carry and which were replaced');
  byColumn(mendedText, () => 'held line ends, control bytes or bytes that are no UTF-8, which were replaced');
  return sentences;
}

function fieldKey(role: Survey['layout']['columns'][number] | undefined): string {
  return role?.role === 'field' ? role.key : '';
}

/** Which reference data were joined, for `--json`. */
export function referenceJson({ layout: { reference } }: Survey): Record<string, unknown> | null {
  if (reference === undefined) return null;
  const { file, tags, fields, deploymentCount } = reference;
  return { file: file ?? null, tags, fields: fields.map(({ key }) => key), deployments: deploymentCount };
}
