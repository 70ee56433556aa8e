// Movebank's sensor types: what the numbers mean that its REST API gives in
// place of names (`entity_type=tag_type`).

const NAMES: ReadonlyMap<string, string> = new Map([
  ['397', 'bird-ring'],
  ['653', 'gps'],
  ['673', 'radio-transmitter'],
  ['82798', 'argos-doppler-shift'],
  ['2365682', 'natural-mark'],
  ['2365683', 'acceleration'],
  ['3886361', 'solar-geolocator'],
  ['7842954', 'accessory-measurements'],
  ['9301403', 'solar-geolocator-raw'],
  ['77740391', 'barometer'],
  ['77740402', 'magnetometer'],
  ['819073350', 'orientation'],
  ['914097241', 'solar-geolocator-twilight'],
  ['1239574236', 'acoustic-telemetry'],
  ['1297673380', 'gyroscope'],
  ['2206221896', 'heart-rate'],
  ['2299894820', 'sigfox-geolocation'],
  ['2645090675', 'proximity'],
  ['3090218812', 'geolocation-api'],
  ['3090218818', 'gnss'],
  ['3090218819', 'derived'],
  ['4264744764', 'tdr'],
  ['4342918458', 'atlas-geolocation'],
]);

/** A sensor as people know it: `gps (653)` for the number 653; a name, and what is not known, as it is. */
export function sensorName(sensor: string): string {
  const name = NAMES.get(sensor);
  return name === undefined ? sensor : `${name} (${sensor})`;
}
