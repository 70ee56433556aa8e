// What becomes of rows that share series and time: the words of the command
// line, of a mapping file and of the code.

/**
 * What becomes of rows that share series and time and differ in more than the event id.
 *
 * `keep`: all are written, the later ones with a tag that numbers them.
 * `first`, `last`: only that one is written. `stop`: the load is refused.
 */
export const DUPLICATE_POLICIES = ['keep', 'first', 'last', 'stop'] as const;
export type DuplicatePolicy = (typeof DUPLICATE_POLICIES)[number];
