// What the survey found, in sentences.

import { REJECT_REASONS } from '../encode/reject.ts';
import type { Books } from '../load/books.ts';
import { rejectsByReason } from '../load-file.ts';
import type { Survey } from '../survey/survey.ts';
import { count, counted, printable } from './words.ts';

/** A line for each reason for which rows were rejected. */
export function rejectLines(survey: Survey, books: Books): string[] {
  const counts = rejectsByReason(survey, books);
  return REJECT_REASONS.flatMap(({ name, text }, code) => {
    const rows = counts[name];
    if (rows === undefined) return [];
    const example = survey.summary.examples.find(({ reason }) => reason === code);
    const where = example === undefined ? '' : ` (first: row ${count(example.row)}, byte ${count(example.offset)})`;
    return [`${counted(rows, 'row')}: ${text}${where}`];
  });
}

/**
 * What a user may not expect of the rows that are no rejects.
 *
 * @param mendedText string values that held something that cannot be carried, by column, as the load counted them
 */
export function noteSentences({ summary, layout, warnings }: Survey, mendedText: readonly number[]): string[] {
  const { notes } = summary;
  const name = (column: number): string => printable(layout.names[column] ?? '');
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
  note(notes.noIndividual, 'without an individual');
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
