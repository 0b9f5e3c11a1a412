import { createUnplugin } from 'unplugin'
import type { UnpluginInstance, UnpluginOptions } from 'unplugin'
import { esbuildPlugin } from '../bundlers/esbuild.ts'
import { rolldownPlugin, rollupPlugin } from '../bundlers/rollup.ts'
import { vitePlugin } from '../bundlers/vite.ts'
import { webpackLikePlugin } from '../bundlers/webpack.ts'
import type { HindscopeOptions } from '../types.ts'

/** The plugin for every bundler: `hindscope.vite(options)`, `hindscope.webpack(options)`, … */
export const hindscope: UnpluginInstance<HindscopeOptions | undefined, false> = createUnplugin(
  (options: HindscopeOptions | undefined, meta): UnpluginOptions => {
    const chosen = options ?? {}
    switch (meta.framework) {
      case 'vite':
        return vitePlugin(chosen)
      case 'rolldown':
        return rolldownPlugin(chosen)
      case 'webpack':
        return webpackLikePlugin('webpack', meta.webpack.compiler, chosen)
      case 'rspack':
        return webpackLikePlugin('rspack', meta.rspack.compiler, chosen)
      case 'esbuild':
        return esbuildPlugin(chosen)
      default:
        return rollupPlugin(chosen)
    }
  },
)
