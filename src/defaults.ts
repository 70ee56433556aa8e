// What holds where the user says nothing; the command line and the library share it.

/** Bytes of CSV that a worker takes at once. */
export const DEFAULT_CHUNK_BYTES = 4 << 20;
/** A chunk's offsets must fit 32 bits with room to spare. */
export const MAX_CHUNK_BYTES = 256 << 20;
/** Batches that a worker sends at once: a server is fastest with 2 to 4 requests under way. */
export const DEFAULT_IN_FLIGHT = 2;
export const DEFAULT_BATCH_LINES = 5000;
/** How long one batch is tried before the run gives up. */
export const DEFAULT_RETRY_SECONDS = 900;
/** A replay encodes nothing: one thread keeps any server busy. */
export const DEFAULT_REPLAY_WORKERS = 1;
/** About how long a server is tried. */
export const DEFAULT_TUNE_SECONDS = 60;
/** How often a server is asked whether it is healthy, where it is waited for. */
export const DEFAULT_WAIT_TRIES = 10;
