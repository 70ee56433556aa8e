// What each column of the bench's export becomes, as `skein load` has it, for the
// peers that are told column by column. The order is that of the file.

export type ColumnType = 'integer' | 'boolean' | 'float' | 'tag' | 'time';

export interface ExportColumn {
  /** In the file. */
  readonly column: string;
  /** In the database. */
  readonly key: string;
  readonly type: ColumnType;
}

export const EXPORT_COLUMNS: readonly ExportColumn[] = [
  { column: 'event-id', key: 'event_id', type: 'integer' },
  { column: 'visible', key: 'visible', type: 'boolean' },
  { column: 'timestamp', key: 'timestamp', type: 'time' },
  { column: 'location-long', key: 'lon', type: 'float' },
  { column: 'location-lat', key: 'lat', type: 'float' },
  { column: 'external-temperature', key: 'external_temperature', type: 'float' },
  { column: 'ground-speed', key: 'ground_speed', type: 'float' },
  { column: 'heading', key: 'heading', type: 'float' },
  { column: 'height-above-ellipsoid', key: 'height_above_ellipsoid', type: 'float' },
  { column: 'gps:satellite-count', key: 'gps_satellite_count', type: 'integer' },
  { column: 'manually-marked-outlier', key: 'manually_marked_outlier', type: 'boolean' },
  { column: 'sensor-type', key: 'sensor_type', type: 'tag' },
  { column: 'individual-taxon-canonical-name', key: 'individual_taxon_canonical_name', type: 'tag' },
  { column: 'tag-local-identifier', key: 'tag_local_identifier', type: 'tag' },
  { column: 'individual-local-identifier', key: 'individual_local_identifier', type: 'tag' },
  { column: 'study-name', key: 'study_name', type: 'tag' },
];
