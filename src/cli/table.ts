// Cells in columns that fit a terminal: where it is too narrow, text is cut, and
// numbers and times never are.

const GAP = '  ';
const NARROWEST_TEXT = 6;

export interface TableColumn {
  /** Text stands to the left and can be cut; anything else stands to the right. */
  readonly isText: boolean;
  /** In characters as a reader sees them. */
  width: number;
  /** Text is not cut to less; default 6. */
  readonly least?: number | undefined;
  /** Text is cut in its middle, as what tells names apart may be at their end; default: at the end. */
  readonly isCutInside?: boolean | undefined;
}

/** What stands over a column. */
export interface Heading extends Pick<TableColumn, 'isText' | 'least' | 'isCutInside'> {
  readonly title: string;
}

/** Make the widest columns of text narrower until a line has at most `width` characters, if that is possible. */
export function fit(columns: readonly TableColumn[], width: number): void {
  const tooWide = (): number => columns.reduce((sum, column) => sum + column.width + GAP.length, -GAP.length) - width;
  for (let excess = tooWide(); excess > 0; excess = tooWide()) {
    const texts = columns.filter((column) => column.isText && column.width > (column.least ?? NARROWEST_TEXT));
    const widest = texts.reduce<TableColumn | undefined>(
      (most, one) => (most === undefined || one.width >= most.width ? one : most),
      undefined,
    );
    if (widest === undefined) break;
    widest.width--;
  }
}

export function tableLine(columns: readonly TableColumn[], cells: readonly string[]): string {
  const padded = columns.map(({ isText, isCutInside = false, width }, i) => {
    const text = characters(cells[i] ?? '');
    const tail = isCutInside ? Math.floor((width - 1) / 2) : 0;
    const shown = isText && text.length > width ? [...text.slice(0, width - 1 - tail), '…', ...text.slice(text.length - tail)] : text;
    const padding = ' '.repeat(Math.max(0, width - shown.length));
    return isText ? shown.join('') + padding : padding + shown.join('');
  });
  return padded.join(GAP).trimEnd();
}

/** A whole table: headings and rows, without the columns that no row has a cell in. */
export function table(headings: readonly Heading[], rows: readonly (readonly string[])[], width: number): string[] {
  const used = [...headings.keys()].filter((column) => rows.some((row) => (row[column] ?? '') !== ''));
  const columns = used.flatMap((i): TableColumn[] => {
    const heading = headings[i];
    if (heading === undefined) return [];
    const widths = [heading.title, ...rows.map((row) => row[i] ?? '')].map((text) => characters(text).length);
    return [{ ...heading, width: widths.reduce((most, one) => Math.max(most, one), 0) }];
  });
  fit(columns, width);
  const line = (cells: readonly string[]): string =>
    tableLine(
      columns,
      used.map((i) => cells[i] ?? ''),
    );
  return [line(headings.map(({ title }) => title)), ...rows.map(line)];
}

/** Rows without headings, each column as wide as its widest cell. @param right which columns are numbers */
export function plainTable(rows: readonly (readonly string[])[], right: readonly boolean[]): string[] {
  const [, ...lines] = table(
    right.map((isRight) => ({ title: '', isText: !isRight })),
    rows,
    Number.POSITIVE_INFINITY,
  );
  return lines;
}

/** Made when there is a table: it takes 10 ms. */
let segmenter: Intl.Segmenter | undefined;

/** As a reader sees them: a letter and its accent are one. */
export function characters(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Text in lines of at most `width` characters, each after `indent`; a word that is longer stands alone. */
export function wrapped(text: string, width: number, indent: string): string[] {
  const start = `${indent}${/^ */.exec(text)?.[0] ?? ''}`;
  const lines: string[][] = [];
  let left = 0;
  for (const word of text.trim().split(' ')) {
    const length = characters(word).length;
    if (lines.length === 0 || left < length + 1) {
      lines.push([]);
      left = width - start.length + 1;
    }
    lines.at(-1)?.push(word);
    left -= length + 1;
  }
  return lines.map((words) => `${start}${words.join(' ')}`);
}
