// What is worth telling about rows that are not rejected.

/** Counts of rows, unless it says otherwise. They add up over chunks. */
export interface RowNotes {
  noIndividual: number;
  noLocation: number;
  /** One coordinate without the other; both were left out. */
  halfLocation: number;
  /** A latitude beyond 90 or a longitude beyond 180; both were left out. */
  offEarth: number;
  /** Exactly (0, 0). */
  zeroLocation: number;
  /** Marked `visible=false`. */
  outlier: number;
  futureTime: number;
  /** Times with digits below a millisecond, which were cut off. */
  digitsCut: number;
  /** In no deployment of their animal and tag, or in several, and these differ. */
  unclearDeployment: number;
  /** Values kept as text because they did not fit their column's type, by column. */
  misfits: number[];
  /** Values left out because the destination stores numbers only, by column. */
  leftOutText: number[];
  /** Tag values that held something that a tag cannot carry, by column. */
  mendedTags: number[];
}

export function emptyNotes(columnCount: number): RowNotes {
  return {
    noIndividual: 0,
    noLocation: 0,
    halfLocation: 0,
    offEarth: 0,
    zeroLocation: 0,
    outlier: 0,
    futureTime: 0,
    digitsCut: 0,
    unclearDeployment: 0,
    misfits: new Array(columnCount).fill(0),
    leftOutText: new Array(columnCount).fill(0),
    mendedTags: new Array(columnCount).fill(0),
  };
}

/** Add the counts of `more` to those of `notes`. */
export function addNotes(notes: RowNotes, more: RowNotes): void {
  for (const key of Object.keys(notes) as (keyof RowNotes)[]) {
    if (key === 'misfits' || key === 'leftOutText' || key === 'mendedTags') {
      for (let column = 0; column < notes[key].length; column++) notes[key][column]! += more[key][column]!;
    } else {
      notes[key] += more[key];
    }
  }
}
