// Whole numbers as sentences write them.

/** `1,234,567`. Not by the locale: to load what is known of locales takes 10 ms, in every run. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1,234 rows`, `1 row` */
export function counted(value: number, thing: string, things = `${thing}s`): string {
  return `${count(value)} ${value === 1 ? thing : things}`;
}
