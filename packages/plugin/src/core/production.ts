/** Whether a build is for production. In doubt it is: a production build must not contain probes that nobody asked for. */
export interface BuildMode {
  readonly isProduction: boolean
  /** For the report: what made it so. */
  readonly because: string
}

export const DEVELOPMENT: BuildMode = { isProduction: false, because: 'development' }

type Env = Readonly<Record<string, string | undefined>>

const production = (because: string): BuildMode => ({ isProduction: true, because })
const fromNodeEnv = (env: Env): BuildMode => (env['NODE_ENV'] === 'production' ? production('NODE_ENV is production') : DEVELOPMENT)

/** Vite sets NODE_ENV to production in every build; only the modes `development` and `test` say that it is not meant. */
export function viteMode(config: { readonly command: string; readonly mode: string; readonly isProduction: boolean }): BuildMode {
  if (config.command !== 'build') return DEVELOPMENT
  if (config.mode === 'production') return production('vite build')
  return config.isProduction && config.mode !== 'development' && config.mode !== 'test' ? production(`vite build --mode ${config.mode}`) : DEVELOPMENT
}

/** An absent mode is production, as webpack and rspack themselves take it. */
export function webpackMode(mode: string | undefined, env: Env): BuildMode {
  if (mode === 'production' || mode === undefined) return production('mode is production')
  return fromNodeEnv(env)
}

export const rollupMode = (env: Env): BuildMode => fromNodeEnv(env)

export function esbuildMode(options: { readonly minify?: boolean; readonly define?: Readonly<Record<string, string>> }, env: Env): BuildMode {
  if (options.minify === true) return production('minify is true')
  if (/^["']production["']$/.test(options.define?.['process.env.NODE_ENV'] ?? '')) return production('process.env.NODE_ENV is defined as production')
  return fromNodeEnv(env)
}
