/** What a recorded page loads of ours stays small. */
import { expect, test } from 'vitest'
import { gzipBytes, pageByEsbuild, pageByVite, pageTable } from './page-size.ts'

/** Bytes after gzip. The goal is 12 KB and is not reached; what is missing, and why, is in docs/decisions/0016-small-page-every-realm.md. It only goes down. */
const LIMIT = 42_200

async function problem(bytes: number): Promise<string> {
  return bytes <= LIMIT ? '' : `${bytes} bytes of at most ${LIMIT}; minified, and its part of the compressed page:\n${await pageTable()}`
}

test("Vite's production build of a recorded page has few bytes of ours", async () => {
  expect(await problem(gzipBytes(await pageByVite()))).toBe('')
})

test("esbuild's build of a recorded page has few bytes of ours", async () => {
  expect(await problem(gzipBytes(await pageByEsbuild()))).toBe('')
})

test('a page that outgrows the limit is told what is in it', async () => {
  const random = Array.from({ length: LIMIT }, (_, index) => ((index * 2_654_435_761) >>> 7).toString(36)).join('')
  const told = await problem(gzipBytes(await pageByVite(`globalThis.more = ${JSON.stringify(random)}`)))
  expect(told).toMatch(/^\d+ bytes of at most [\s\S]* {2}runtime\/src\/recorder\/call-recorder\.ts/)
})
