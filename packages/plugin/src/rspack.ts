import type { RspackPluginInstance } from 'unplugin'
import { hindscope } from './core/unplugin.ts'
import type { HindscopeOptions } from './types.ts'

/** The Hindscope plugin for rspack. */
const plugin: (options?: HindscopeOptions) => RspackPluginInstance = hindscope.rspack

export default plugin
