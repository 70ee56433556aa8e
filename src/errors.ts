// The one error class that people are meant to read. A reject is data and never
// an error; a bug is a plain `Error` that nobody catches until the top.

/** What the shell sees. 0 is a balanced run; 1 a bug or books that do not balance. */
export const EXIT_CODES = {
  usage: 2,
  source: 3,
  state: 4,
  destination: 5,
  rejects: 6,
  verify: 7,
  interrupted: 130,
} as const;

/** The kind of a failure; it decides the exit code. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** A failure that the user can act on: the message says what happened, where, and what to do. */
export class SkeinError extends Error {
  readonly code: ErrorCode;

  /** @param message never holds a token. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SkeinError';
    this.code = code;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
