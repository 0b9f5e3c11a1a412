import type { RolldownPlugin } from 'unplugin'
import { hindscope } from './core/unplugin.ts'
import type { HindscopeOptions } from './types.ts'

/** The Hindscope plugin for Rolldown. */
const plugin: (options?: HindscopeOptions) => RolldownPlugin = hindscope.rolldown

export default plugin
