// What can be known of and done with the place that points go to, on servers that have such.

/** How a bucket keeps its points. */
export interface BucketFacts {
  /** Undefined: for ever. */
  readonly retentionMs: number | undefined;
  readonly shardGroupSeconds: number;
}

/** All fail with a SkeinError `destination`, NotAllowed when the token may not. */
export interface Buckets {
  /** `hidden`: it is there, as an empty write has shown, and the token may not look at it. */
  find(): Promise<BucketFacts | 'missing' | 'hidden'>;
  /** Make it, to keep points for ever. */
  create(shardGroupSeconds: number): Promise<void>;
  /** Delete all of its points, and nothing else of it. */
  empty(): Promise<void>;
  /** Delete it with all that it holds. */
  remove(): Promise<void>;
  /** The names of all buckets that the token may look at. */
  names(): Promise<readonly string[]>;
}
