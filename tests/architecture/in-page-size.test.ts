/** What picks an element in a page is small, and what pages load without it does not hold it. */
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { gzipBytes, pageByEsbuild } from './page-size.ts'
import { ROOT } from './tools.ts'

/** Bytes after gzip. */
const LIMIT = 15 * 1024

test('the helper in the page has at most 15 KB, and is in no page that did not ask for it', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'packages/runtime/dist/in-page.mjs')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  const code = outputFiles[0]?.text ?? ''
  expect(code).toContain('hindscope-pick')
  expect(gzipBytes(code)).toBeLessThanOrEqual(LIMIT)
  expect(await pageByEsbuild()).not.toContain('hindscope-pick')
})
