// One production build by each bundler, as a function of its plugins. Modules of bundlers are loaded before the clock starts.
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const BUNDLERS = ['vite', 'rolldown', 'rollup', 'esbuild', 'webpack', 'rspack']

const playground = name => createRequire(new URL(`../../playground/tiny-${name}/package.json`, import.meta.url))
const SWC = { jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022', transform: { react: { runtime: 'automatic' } } } }
const webpackConfig = ({ dir, entry, out, plugins, maps }, loader) => ({
  context: dir,
  mode: 'production',
  devtool: maps ? 'source-map' : false,
  entry,
  output: { path: out, filename: 'main.js' },
  cache: false,
  performance: false,
  optimization: { minimize: false },
  resolve: { extensions: ['.tsx', '.ts', '.mjs', '.js'] },
  module: { rules: [{ test: /\.tsx?$/, loader, options: SWC }] },
  plugins,
})
const runCompiler = compiler =>
  new Promise((resolve, reject) =>
    compiler.run((error, stats) =>
      error || stats.hasErrors() ? reject(error ?? new Error(stats.toString('errors-only'))) : compiler.close(resolve),
    ),
  )

/** A project of its own says how Vite builds it in `bench.vite.mjs`: an inline config. */
async function viteConfig({ dir, entry, project }) {
  if (project) return (await import(pathToFileURL(join(dir, 'bench.vite.mjs')).href)).default
  const { default: react } = await import('@vitejs/plugin-react')
  return { root: dir, plugins: [react()], build: { rollupOptions: { input: entry } } }
}

const sourceFile = path => ['.ts', '.tsx'].map(extension => path + extension).find(file => existsSync(file)) ?? null

/** Gives the build, ready to run. `plugins` are Hindscope's or none. */
export async function prepare(bundler, { dir, entry, out, plugins, maps, project }) {
  switch (bundler) {
    case 'vite': {
      const { build } = await import(project ? pathToFileURL(createRequire(join(dir, 'package.json')).resolve('vite')).href : 'vite')
      const base = await viteConfig({ dir, entry, project })
      const output = { ...base.build, outDir: out, emptyOutDir: true, minify: false, sourcemap: maps, reportCompressedSize: false }
      const config = { ...base, configFile: false, logLevel: 'error', plugins: [...(base.plugins ?? []), ...plugins], build: output }
      return () => build(config)
    }
    case 'rolldown': {
      const { rolldown } = await import('rolldown')
      return async () =>
        (await rolldown({ input: entry, cwd: dir, plugins, logLevel: 'silent', transform: { jsx: 'react-jsx' } })).write({
          dir: out,
          format: 'esm',
          sourcemap: maps,
        })
    }
    case 'rollup': {
      const [{ rollup }, { transform }] = [await import('rollup'), await import('esbuild')]
      const strip = {
        name: 'strip',
        // Rollup itself resolves neither packages nor names without an extension; what is not the application's own stays outside.
        resolveId: (id, from) => (from === undefined ? null : id.startsWith('.') ? sourceFile(join(dirname(from), id)) : { id, external: true }),
        async transform(code, id) {
          if (!/\.tsx?$/.test(id)) return null
          const stripped = await transform(code, { loader: 'tsx', jsx: 'automatic', sourcemap: maps, sourcefile: id })
          return { code: stripped.code, map: stripped.map === '' ? null : stripped.map }
        },
      }
      return async () =>
        (await rollup({ input: entry, plugins: [strip, ...plugins], logLevel: 'silent' })).write({ dir: out, format: 'esm', sourcemap: maps })
    }
    case 'esbuild': {
      const { build } = await import('esbuild')
      return () =>
        build({ entryPoints: [entry], bundle: true, outdir: out, format: 'esm', jsx: 'automatic', plugins, logLevel: 'silent', sourcemap: maps })
    }
    case 'webpack': {
      const load = playground('webpack')
      const webpack = load('webpack')
      return () => runCompiler(webpack(webpackConfig({ dir, entry, out, plugins, maps }, load.resolve('swc-loader'))))
    }
    case 'rspack': {
      const { rspack } = playground('rspack')('@rspack/core')
      return () => runCompiler(rspack(webpackConfig({ dir, entry, out, plugins, maps }, 'builtin:swc-loader')))
    }
  }
}
