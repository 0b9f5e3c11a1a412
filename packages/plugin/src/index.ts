/** Flight recorder for JavaScript and TypeScript: the bundler plugin. Each bundler has its own entry, `hindscope/vite` and so on. */
export { hindscope } from './core/unplugin.ts'
export type { Bundler, HindscopeOptions } from './types.ts'
/** What the plugin would do in a folder, for `hindscope doctor`. */
export { createFilter } from './core/filter.ts'
export { manifestKeys, manifestsDir, tryReadManifest } from './core/manifest-store.ts'
export { configFileLayer } from './core/options.ts'
