// One colour for each animal, the same in every panel.
//
// Grafana gives the series of a chart the colours of its classic palette, in
// order. The queries give the animals in alphabetical order, so the animal with
// the number n has the nth colour in each chart. The map and its legend, which
// Grafana does not colour so, are told the colours here.

import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Grafana's classic palette, in its order; after 64 it begins again. */
export const ANIMAL_COLOURS: readonly string[] = `
  green semi-dark-yellow blue orange red purple
  dark-green dark-yellow dark-blue dark-orange dark-red dark-purple
  super-light-green super-light-yellow super-light-blue super-light-orange super-light-red super-light-purple
  #447EBC #C15C17 #890F02 #0A437C #6D1F62 #584477 #B7DBAB #F4D598 #70DBED #F9BA8F #F29191 #82B5D8
  #E5A8E2 #AEA2E0 #629E51 #E5AC0E #64B0C8 #E0752D #BF1B00 #0A50A1 #962D82 #614D93
`
  .trim()
  .split(/\s+/);

export const byAnimal = new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic);

/** What a series of a chart is called: its animal. */
export const ANIMAL_NAME = `\${__field.labels.individual_local_identifier}`;

const dots: ValueMap = {
  type: MappingType.ValueToText,
  options: Object.fromEntries(ANIMAL_COLOURS.map((color, index) => [index + 1, { text: '\u25cf', color, index }])),
};

/** Show an animal's number as a dot of its colour. */
export const ANIMAL_DOT: DynamicConfigValue = { id: 'mappings', value: [dots] };
