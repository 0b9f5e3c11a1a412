import { createHash } from 'node:crypto'
import { mergeConfig } from 'vite'
import type { Plugin, Rollup, UserConfig } from 'vite'
import config from './vite.config.ts'

/** Nothing comes from elsewhere and nothing goes anywhere: the page reads files that people give it. */
const policyOf = (program: string): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(program).digest('base64')}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')

/** What ends or escapes a script element means the same in JavaScript's strings and patterns when it is written so. */
const inScript = (code: string): string =>
  code
    .trim()
    .replaceAll(/<\/(script)/gi, '<\\/$1')
    .replaceAll('<!--', '\\x3C!--')

/** Everything in one HTML file, which opens from a disk: pages from file:// may load neither modules nor workers from beside them. */
const singleFile: Plugin = {
  name: 'single-file',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const files = Object.values(bundle)
      const text = (file: Rollup.OutputAsset | Rollup.OutputChunk): string => (file.type === 'chunk' ? file.code : String(file.source))
      const one = (what: string, is: (file: Rollup.OutputAsset | Rollup.OutputChunk) => boolean): string => {
        const found = files.filter(is)
        if (found.length !== 1 || found[0] === undefined) this.error(`${found.length} files are the ${what}, one was expected`)
        return text(found[0])
      }
      const html = one('page', file => file.fileName === 'index.html')
      const program = inScript(one('program', file => file.type === 'chunk' && file.isEntry))
      const worker = inScript(one('worker', file => file.type === 'asset' && /trace-worker.*\.js$/.test(file.fileName)))
      const style = one('style', file => file.fileName.endsWith('.css'))
      const source = html
        .replace(/<(script type="module"|link rel="stylesheet")[^>]*>(<\/script>)?/g, '')
        .replace(
          '<meta charset="utf-8" />',
          charset => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policyOf(program)}" />`,
        )
        .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
        .replace(
          '</body>',
          () => `  <script type="text/plain" id="hindscope-worker">${worker}</script>\n    <script type="module">${program}</script>\n  </body>`,
        )
      for (const name of Object.keys(bundle)) delete bundle[name]
      this.emitFile({ type: 'asset', fileName: 'hindscope.html', source })
    },
  },
}

/** `dist/hindscope.html`, beside what vite.config.ts builds. */
const single: UserConfig = mergeConfig(config, {
  plugins: [singleFile],
  build: { emptyOutDir: false, cssCodeSplit: false, rolldownOptions: { output: { codeSplitting: false } } },
} satisfies UserConfig)

export default single
