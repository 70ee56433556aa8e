// Tokens that this run knows, so that none of them is ever printed.

const secrets = new Set<string>();
/** What is shorter hides nothing, and would take the letters out of every word. */
const SHORTEST = 6;

/** Remember a token, and the form in which a header may carry it. */
export function keepSecret(token: string | undefined): void {
  if (token === undefined || token.length < SHORTEST) return;
  secrets.add(token);
  secrets.add(Buffer.from(token).toString('base64'));
}

/** The text with each secret as `***`. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '***');
  return clean;
}
