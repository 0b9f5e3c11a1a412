import type { VitePlugin } from 'unplugin'
import { hindscope } from './core/unplugin.ts'
import type { HindscopeOptions } from './types.ts'

/** The Hindscope plugin for Vite. */
const plugin: (options?: HindscopeOptions) => VitePlugin = hindscope.vite

export default plugin
