// How connections over TLS are made: certificates are verified always, whatever
// the environment says, and a user's own authority may be added to the known ones.

import { rootCertificates } from 'node:tls';
import { Agent } from 'undici';

export interface TlsOptions {
  readonly rejectUnauthorized: true;
  readonly ca?: string[];
}

/** @param ca certificates of further authorities, PEM */
export function tlsOptions(ca: string | undefined): TlsOptions {
  return { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) };
}

const agents = new Map<string | undefined, Agent>();

/** The connections of this thread that trust `ca` too, the same ones each time. */
export function agentOf(ca: string | undefined): Agent {
  const known = agents.get(ca);
  if (known !== undefined) return known;
  const agent = new Agent({ connect: tlsOptions(ca) });
  agents.set(ca, agent);
  return agent;
}

/** What is wrong with a server's certificate, by the code of the error, or undefined where it is something else. */
export function certificateProblem(code: string | undefined): string | undefined {
  switch (code) {
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is not signed by an authority that is known here. If it is the right server, name the file of its authority with --ca-file';
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'its certificate is not valid at this time. Renew it, or set the clock';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another host name. Use the name that it is for';
    default:
      return undefined;
  }
}
