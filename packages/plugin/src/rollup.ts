import type { RollupPlugin } from 'unplugin'
import { hindscope } from './core/unplugin.ts'
import type { HindscopeOptions } from './types.ts'

/** The Hindscope plugin for Rollup. */
const plugin: (options?: HindscopeOptions) => RollupPlugin = hindscope.rollup

export default plugin
