// A column of each type.

import { BooleanColumn } from './boolean-column.ts';
import { BOOLEAN_TYPE, type Column, type ColumnType, FLOAT_TYPE, INTEGER_TYPE, STRING_TYPE } from './column.ts';
import { StringColumn } from './string-column.ts';
import { FloatColumn, IntegerColumn } from './wide-columns.ts';

/** A column of `type`, empty. */
export function columnOf(type: ColumnType): Column {
  switch (type) {
    case FLOAT_TYPE:
      return new FloatColumn();
    case INTEGER_TYPE:
      return new IntegerColumn();
    case BOOLEAN_TYPE:
      return new BooleanColumn();
    case STRING_TYPE:
      return new StringColumn();
  }
}
