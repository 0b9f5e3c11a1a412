import type { WebpackPluginInstance } from 'unplugin'
import { hindscope } from './core/unplugin.ts'
import type { HindscopeOptions } from './types.ts'

/** The Hindscope plugin for webpack. */
const plugin: (options?: HindscopeOptions) => WebpackPluginInstance = hindscope.webpack

export default plugin
