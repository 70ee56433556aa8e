// Reference data: what a study tells of its deployments, for the rows of an export.
//
// A deployment is the time in which an animal carries a tag. Rows and
// deployments are joined by what is written of animal and tag, so rows of one
// series and time always get the same. This is plain data, which a mapping
// keeps and which crosses to the workers; `encode/deployments` joins.

/** One deployment and what is told of it. */
export interface Deployment {
  readonly animal: string;
  /** Left out where animals alone are joined. */
  readonly tag?: string | undefined;
  /** Its first and its last instant, RFC 3339 in UTC; without one it is open on that side. */
  readonly on?: string | undefined;
  readonly off?: string | undefined;
  /** By key of tag or field; what is not told is not there. */
  readonly values: Readonly<Record<string, string>>;
}

export interface ReferenceField {
  readonly key: string;
  readonly type: 'float' | 'text';
}

/** Reference data of which every point gets its share. */
export interface Reference {
  /** The file that it was read from, for people. */
  readonly file?: string | undefined;
  /** The tag keys that name a row's animal and its tag; without the second, animals alone are joined. */
  readonly animal: string;
  readonly tag?: string | undefined;
  /** Keys of the tags that it adds. */
  readonly tags: readonly string[];
  readonly fields: readonly ReferenceField[];
  readonly deployments: readonly Deployment[];
}

/** The same for one file's columns. It crosses to the workers with every chunk, so what may be long lies in shared memory. */
export interface JoinedReference extends Omit<Reference, 'animal' | 'tag' | 'deployments'> {
  /** Columns that name a row's animal and its tag, the second -1 where animals alone are joined. Both are tags. */
  readonly animalColumn: number;
  readonly tagColumn: number;
  readonly deploymentCount: number;
  /** JSON in UTF-8, of `unpackDeployments`. */
  readonly deployments: SharedArrayBuffer;
  /** Of all that it was read from, to tell it from others. */
  readonly hash: string;
}

export function packDeployments(deployments: readonly Deployment[]): SharedArrayBuffer {
  const json = Buffer.from(JSON.stringify(deployments));
  const packed = new SharedArrayBuffer(json.length);
  Buffer.from(packed).set(json);
  return packed;
}

export function unpackDeployments(packed: SharedArrayBuffer): Deployment[] {
  return JSON.parse(Buffer.from(packed).toString('utf8')) as Deployment[];
}
