// Runs before each test file: what it leaves in temporary directories goes with it.

import { afterAll } from 'vitest';
import { removeTemporaryDirectories } from './skein.ts';

afterAll(removeTemporaryDirectories);
