// One build in a process of its own: `node build-once.mjs <json>`, with { bundler, root, out, options }, options null for none of Hindscope.
// Prints the plugin's report on stderr.
import { createRequire } from 'node:module'

const { bundler, root, out, options } = JSON.parse(process.argv[2])
process.env.NODE_ENV = 'development'
process.chdir(root)
const plugins = options === null ? [] : [(await import(`hindscope/${bundler}`)).default(options)]
const builds = {
  async vite() {
    const { build, createLogger } = await import('vite')
    const logger = { ...createLogger('silent'), info: text => void process.stderr.write(`${text}\n`) }
    await build({
      root,
      configFile: false,
      mode: 'development',
      customLogger: logger,
      plugins,
      build: {
        outDir: out,
        minify: false,
        sourcemap: true,
        rollupOptions: { treeshake: false, input: `${root}/src/main.ts`, output: { entryFileNames: 'main.js' } },
      },
    })
  },
  async webpack() {
    const webpack = createRequire(new URL('../../playground/tiny-webpack/package.json', import.meta.url))('webpack')
    const compiler = webpack({
      context: root,
      mode: 'development',
      devtool: false,
      entry: `${root}/src/main.js`,
      output: { path: out, filename: 'main.js' },
      cache: { type: 'filesystem', cacheDirectory: `${root}/.webpack` },
      plugins,
    })
    await new Promise((resolve, reject) =>
      compiler.run((error, stats) => (error || stats.hasErrors() ? reject(error ?? stats) : compiler.close(resolve))),
    )
  },
}
await builds[bundler]()
