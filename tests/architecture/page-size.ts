/** What recording adds to a page: the runtime's page files behind the module that the plugin makes, bundled and minified as pages are. */
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import type { Rollup } from 'vite'
import { createPageText } from '../../packages/runtime/page-text.ts'
import { ROOT } from './tools.ts'

const runtime = join(ROOT, 'packages/runtime')
const protocol = join(ROOT, 'packages/protocol/src/index.ts')

/** As hindscope's core/virtual-modules.ts writes it, with a use of the hook behind it. */
const pageOf = (start: string, hook: string): string => `import { start } from ${JSON.stringify(start)}
import { h } from ${JSON.stringify(hook)}
start({ url: 'http://127.0.0.1:4000', token: 't', config: {} })
globalThis.used = h
`
const page = pageOf(join(runtime, 'dist/page/start.mjs'), join(runtime, 'dist/page/hook.mjs'))

/** What a server that compresses sends. */
export const gzipBytes = (code: string): number => gzipSync(code, { level: 9 }).length

export async function pageByVite(more = ''): Promise<string> {
  const entry = '\0page'
  const built = (await vite({
    configFile: false,
    logLevel: 'silent',
    root: runtime,
    build: { write: false, minify: true, modulePreload: false, rollupOptions: { input: entry } },
    plugins: [
      {
        name: 'page',
        resolveId: (id: string) => (id === entry ? id : undefined),
        load: (id: string) => (id === entry ? page + more : undefined),
      },
    ],
  })) as Rollup.RollupOutput // SAFE: one output, and it is not watched
  return built.output.map(file => (file.type === 'chunk' ? file.code : '')).join('')
}

export async function pageByEsbuild(): Promise<string> {
  const { outputFiles } = await esbuild({
    stdin: { contents: page, resolveDir: runtime },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** Minified bytes by source file, the largest first, and their part of the compressed page. */
export async function pageTable(): Promise<string> {
  const text = createPageText()
  const { metafile, outputFiles } = await esbuild({
    stdin: { contents: pageOf(join(runtime, 'src/start-browser.ts'), join(runtime, 'src/hook.ts')), resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    logLevel: 'silent',
    tsconfigRaw: {},
    alias: { '@hindscope/protocol': protocol },
    plugins: [
      {
        name: 'page-text',
        setup(build) {
          build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = text.of(path)
            return contents === undefined ? undefined : { contents, loader: 'ts' }
          })
        },
      },
    ],
  })
  const code = outputFiles[0]?.text ?? ''
  const share = gzipBytes(code) / code.length
  const rows = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  return rows
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .map(([file, { bytesInOutput }]) =>
      [bytesInOutput, Math.round(bytesInOutput * share)]
        .map(bytes => String(bytes).padStart(6))
        .join(' ')
        .concat('  ', file.replace(/^.*packages\//, '')),
    )
    .join('\n')
}
