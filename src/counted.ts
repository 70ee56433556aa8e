// Whole numbers as sentences write them.

/** `1,234,567` */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1,234 rows`, `1 row` */
export function counted(value: number, thing: string, things = `${thing}s`): string {
  return `${count(value)} ${value === 1 ? thing : things}`;
}
