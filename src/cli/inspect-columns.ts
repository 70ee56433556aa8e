// The columns of an export as `skein inspect` prints them.

import { count } from '../counted.ts';
import type { InspectReport } from '../inspect-file.ts';
import type { ColumnRole } from '../movebank/layout.ts';
import { findTerm } from '../movebank/names.ts';
import type { ColumnSummary } from '../survey/column-summary.ts';
import { rejectedRows, type Summary } from '../survey/summary.ts';
import { type Heading, table, wrapped } from './table.ts';
import { day, shown } from './words.ts';

const SHORT_UNITS: Readonly<Record<string, string>> = {
  'decimal degrees WGS84': '°',
  'degrees clockwise from north': '°',
  degrees: '°',
  degC: '°C',
  percent: '%',
};

/** Enough for the two ends of most ranges, two dates among them; so the table fits 60 columns. */
const LEAST_OF_RANGE = 24;
const HEADINGS: readonly Heading[] = [
  { title: 'column', isText: true, isCutInside: true },
  { title: 'becomes', isText: true, isCutInside: true, least: 11 },
  { title: 'unit', isText: true },
  { title: 'filled', isText: false },
  { title: 'holds', isText: true, least: LEAST_OF_RANGE },
];

const MOST_LISTED = 30;
const FEW_DIGITS = 5;
const MANY_DIGITS = 9;

/** A line for each column that is written and holds something; the others are named at the end. */
export function columnLines({ layout, summary }: InspectReport, width: number): string[] {
  const rows = summary.rows - rejectedRows(summary);
  if (rows === 0) return wrapped(`Every row is rejected. The columns are ${listed(layout.names.map(shown))}`, width, '  ');
  const lines: string[][] = [];
  const [empty, dropped]: [string[], string[]] = [[], []];
  let guessed = false;
  for (const [i, role] of layout.columns.entries()) {
    const name = layout.names[i] ?? '';
    const column = summary.columns?.[i];
    const filled = filledCells(role, column);
    if (role.role === 'drop') dropped.push(name === '' ? `column ${i + 1}, which has no name` : shown(name));
    else if (filled === 0 || column === undefined) empty.push(shown(name));
    else {
      guessed ||= role.role === 'field' && role.guessed === true;
      lines.push([
        shown(name),
        becomes(role, name),
        unitOf(name),
        share(filled, rows),
        role.role === 'time' ? timeSpan(summary) : holds(role, column, filled),
      ]);
    }
  }
  const { tags = [], fields = [] } = layout.reference ?? {};
  const joined = [...tags.map((key) => `${shown(key)} (tag)`), ...fields.map(({ key, type }) => `${shown(key)} (${type})`)];
  const lists = [
    ...(joined.length > 0 ? [`From the reference data: ${listed(joined)}`] : []),
    ...(empty.length > 0 ? [`Without a value: ${listed(empty)}`] : []),
    ...(dropped.length > 0 ? [`Not written: ${listed(dropped)}`] : []),
    ...(guessed ? ["* Not in Movebank's dictionary, or text and numbers alike: its values decide"] : []),
  ];
  return [...table(HEADINGS, lines, width - 2).map((line) => `  ${line}`), ...lists.flatMap((text) => wrapped(text, width, '  '))];
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).join(', ')}${more > 0 ? `, … and ${count(more)} more; --json lists all` : ''}`;
}

/** Cells with a value. A quoted `NA` is none in a column of numbers. */
export function filledCells(role: ColumnRole, column: ColumnSummary | undefined): number {
  if (column === undefined) return 0;
  return role.role === 'field' && (role.type === 'float' || role.type === 'integer') ? column.filled - column.quotedMissing : column.filled;
}

/** Its part and type, and its key unless that is the name, as found or as Movebank's REST API spells it. */
function becomes(role: ColumnRole, name: string): string {
  if (role.role === 'time' || role.role === 'drop') return role.role;
  const kind = role.role === 'tag' ? 'tag' : `${role.type}${role.guessed === true ? '*' : ''}`;
  return role.key === name || role.key === name.replace(/[-:.]/g, '_') ? kind : `${kind} ${shown(role.key)}`;
}

function unitOf(name: string): string {
  const unit = findTerm(name)?.unit ?? '';
  return SHORT_UNITS[unit] ?? unit;
}

/** 100 % and 0 % are all and none, nothing less and nothing more. */
function share(filled: number, rows: number): string {
  const percent = (100 * filled) / rows;
  if (percent > 99 && filled < rows) return '>99 %';
  return percent < 1 ? '<1 %' : `${Math.round(percent)} %`;
}

function holds(role: ColumnRole, column: ColumnSummary, filled: number): string {
  const type = role.role === 'field' ? role.type : 'text';
  if (type === 'boolean') return column.trues === filled ? 'true' : column.trues === 0 ? 'false' : `true in ${count(column.trues)}`;
  if (type !== 'float' && type !== 'integer') return column.examples.map(shown).join(', ');
  if (!Number.isFinite(column.least)) return '';
  if (column.least === column.most) return String(column.least);
  const digits = number(column.least, FEW_DIGITS) === number(column.most, FEW_DIGITS) ? MANY_DIGITS : FEW_DIGITS;
  return `${number(column.least, digits)} to ${number(column.most, digits)}`;
}

function timeSpan({ firstMs, lastMs }: Summary): string {
  return day(firstMs) === day(lastMs) ? day(firstMs) : `${day(firstMs)} to ${day(lastMs)}`;
}

/** An integer is whole. */
function number(value: number, digits: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
}
