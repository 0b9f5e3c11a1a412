import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Top of the repository, whatever the working directory. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const fromRoot = (...parts) => join(ROOT, ...parts)
