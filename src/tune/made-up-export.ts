// An export that is made up, in the shape of a native one: to try a server with
// where there is no file.
//
// Geese with a tag that takes a fix an hour, for two years, one after the other
// in the file. Nine fields a row, as many as a GPS tag of the field has.

const HEADER =
  'event-id,visible,timestamp,location-long,location-lat,external-temperature,ground-speed,heading,height-above-ellipsoid,' +
  'gps:satellite-count,sensor-type,individual-taxon-canonical-name,tag-local-identifier,individual-local-identifier,study-name\r\n';
const FIRST_MS = Date.UTC(2019, 0, 1);
const HOUR_MS = 3_600_000;
const ROWS_A_GOOSE = 2 * 365 * 24;
const FIRST_EVENT_ID = 10_000_000_000;

/** @returns header and rows as CSV; all rows are good, and no two share animal and time */
export function madeUpExport(rows: number): Uint8Array {
  const pieces = [HEADER];
  for (let first = 0; first < rows; first += ROWS_A_GOOSE) {
    pieces.push(track(first / ROWS_A_GOOSE, first, Math.min(ROWS_A_GOOSE, rows - first)));
  }
  return Buffer.from(pieces.join(''));
}

function track(goose: number, rowsBefore: number, rows: number): string {
  const names = `"gps","Branta leucopsis","${5107 + goose}","Goose ${goose + 1}","Made up by skein tune"\r\n`;
  let latitude = 53;
  let longitude = 6;
  let text = '';
  for (let row = 0; row < rows; row++) {
    latitude += (Math.random() - 0.5) / 100;
    longitude += (Math.random() - 0.5) / 100;
    // As a receiver's clock has it: a little after the hour.
    const time = new Date(FIRST_MS + row * HOUR_MS + Math.floor(Math.random() * 60_000)).toISOString();
    const cells = [
      FIRST_EVENT_ID + rowsBefore + row,
      'true',
      `${time.slice(0, 10)} ${time.slice(11, 23)}`,
      longitude.toFixed(7),
      latitude.toFixed(7),
      (20 * Math.random()).toFixed(1),
      (15 * Math.random()).toFixed(2),
      (360 * Math.random()).toFixed(2),
      (100 * Math.random()).toFixed(1),
      4 + Math.floor(9 * Math.random()),
    ];
    text += `${cells.join(',')},${names}`;
  }
  return text;
}
