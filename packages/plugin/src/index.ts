/** Flight recorder for JavaScript and TypeScript: the bundler plugin. Each bundler has its own entry, `hindscope/vite` and so on. */
export { hindscope } from './core/unplugin.ts'
export type { Bundler, HindscopeOptions } from './types.ts'
