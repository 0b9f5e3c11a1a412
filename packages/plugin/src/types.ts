import type { HindscopeConfig } from '@hindscope/protocol'

/**
 * Options of every entry: any key of the one config schema. They rank above `hindscope.config.{js,mjs,ts}` and below `HINDSCOPE_*`
 * environment variables. An unknown key or a bad value throws a HindscopeError (`config-unknown-key`, `config-bad-value`) at once.
 */
export type HindscopeOptions = { readonly [Key in keyof HindscopeConfig]?: HindscopeConfig[Key] | undefined }

/** The bundlers that the plugin is tested with; others that unplugin knows run through the same code as the nearest of these. */
export type Bundler = 'vite' | 'webpack' | 'rspack' | 'rollup' | 'rolldown' | 'esbuild'

/** Where the built program runs, which decides the start file of the runtime; `universal` looks for itself. */
export type RuntimeTarget = 'browser' | 'universal'

/** What a build context serves: a bundler, or plain Node through `hindscope/register`. */
export type Host = Bundler | 'node'
