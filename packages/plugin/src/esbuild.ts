import type { EsbuildPlugin } from 'unplugin'
import { hindscope } from './core/unplugin.ts'
import type { HindscopeOptions } from './types.ts'

/** The Hindscope plugin for esbuild. */
const plugin: (options?: HindscopeOptions) => EsbuildPlugin = hindscope.esbuild

export default plugin
