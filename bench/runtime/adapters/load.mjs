// Packages as the tests of the adapters have them.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

export const fromRuntime = createRequire(new URL('../../../packages/runtime/package.json', import.meta.url))
export const load = (name, from = fromRuntime) => import(pathToFileURL(from.resolve(name)).href)
