// What is looked up: where each animal is, where data lack, and what was loaded.

import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { type DynamicConfigValue, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { DatetimeISO, Degrees, LocaleFormat, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { ANIMAL_DOT } from '../colours.ts';
import { DATA_SOURCE, fluxQuery } from '../flux-query.ts';
import { DASHBOARD_UID } from '../uid.ts';

const STUDY = 'study_name';
const ANIMAL = 'individual_local_identifier';

/** The time range of a row, by its columns `from` and `to`, and its measurement. */
const SHOW_LOAD = `/d/${DASHBOARD_UID}?from=\${__data.fields.from.numeric}&to=\${__data.fields.to.numeric}&var-measurement=\${__data.fields.measurement}`;

export const lastPlaces = table('last-place', ['number', ANIMAL, '_time', 'lat', 'lon', STUDY])
  .title('Last known places')
  .description(
    'The last fix of each animal in the time range that is no outlier, and where it was. The dot has the colour of the animal on the map and in the charts.',
  )
  // Wider windows are faster, and the last fix is the last of the last one all the same.
  .maxDataPoints(200)
  .overrideByName('number', [
    named(' '),
    ANIMAL_DOT,
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
    { id: 'custom.width', value: 36 },
  ])
  .overrideByName('_time', [named('Time')])
  .overrideByName('lat', [named('Latitude'), unit(Degrees), decimals(5)])
  .overrideByName('lon', [named('Longitude'), unit(Degrees), decimals(5)]);

export const gaps = table('gaps', [ANIMAL, 'from', 'to', 'days', STUDY], { days: `float(v: \${gap})` })
  .title('Data gaps')
  .description(
    'When an animal had no fix for so many days as are chosen above (Gaps of), or longer, the longest first: a tag that was switched off or had no view of the sky, a recapture, or data that were not exported.',
  )
  .overrideByName('from', [named('Last fix before')])
  .overrideByName('to', [named('First fix after')])
  .overrideByName('days', [
    named('Length'),
    unit('suffix:days'),
    decimals(1),
    { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } },
    { id: 'color', value: { mode: 'continuous-YlRd' } },
    { id: 'min', value: 0 },
  ])
  .noValue('No gap is so long');

export const books = table('books', [
  'source',
  'measurement',
  '_time',
  'rows',
  'points',
  'duplicates',
  'rejected',
  'filtered',
  'from',
  'to',
  'seconds',
])
  .title('Loads')
  .description(
    'What was loaded, by file, the last load of each. Every row of a file is one of: a point in the database, a duplicate of another row, rejected as broken, or filtered on request. Click a file to see the time range of its data.',
  )
  .overrideByName('_time', [named('Loaded')])
  .overrideByName('source', [named('File'), { id: 'links', value: [{ title: 'Show the time range of these data', url: SHOW_LOAD }] }])
  .overrideByName('measurement', [named('Measurement')])
  .overrideByName('rows', [named('Rows')])
  .overrideByName('points', [named('Points')])
  .overrideByName('duplicates', [named('Duplicates')])
  .overrideByName('rejected', [
    named('Rejected'),
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
    {
      id: 'thresholds',
      value: new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([
          { value: null, color: 'text' },
          { value: 1, color: 'orange' },
        ])
        .build(),
    },
  ])
  .overrideByName('filtered', [named('Filtered')])
  .overrideByName('seconds', [named('Took'), unit(Seconds), decimals(1)])
  .overrideByName('from', [named('Data from'), unit(DatetimeISO)])
  .overrideByName('to', [named('Data to'), unit(DatetimeISO)])
  .noValue('Nothing was loaded yet: skein load FILE --to influx');

/** A table with `columns` in this order; `settings` are those of the query, in Flux. */
function table(query: string, columns: readonly string[], settings: Readonly<Record<string, string>> = {}): PanelBuilder {
  return (
    new PanelBuilder()
      .datasource(DATA_SOURCE)
      .withTarget(fluxQuery(query, settings))
      .withTransformation({ id: 'organize', options: { indexByName: Object.fromEntries(columns.map((column, index) => [column, index])) } })
      // So that a thousand rows are shown in a panel of any width.
      .maxDataPoints(1000)
      .unit(LocaleFormat)
      .cellHeight(TableCellHeight.Sm)
      .overrideByName(STUDY, [named('Study')])
      .overrideByName(ANIMAL, [named('Animal')])
  );
}

function named(value: string): DynamicConfigValue {
  return { id: 'displayName', value };
}

function unit(value: string): DynamicConfigValue {
  return { id: 'unit', value };
}

function decimals(value: number): DynamicConfigValue {
  return { id: 'decimals', value };
}
