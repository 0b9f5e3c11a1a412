/** What a dev server has to leave alone: the folder that a recording grows in, and what Vite made of packages. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import hindscope from 'hindscope/vite'
import { scratchDir, waitFor } from './recording.ts'

function project(): string {
  const root = scratchDir()
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'package.json'), '{ "name": "served", "type": "module" }')
  writeFileSync(join(root, 'index.html'), '<!doctype html><script type="module" src="/src/main.js"></script>')
  writeFileSync(join(root, 'src/main.js'), 'import { pack } from "packed"\nexport function own() { return pack() }\n')
  mkdirSync(join(root, 'node_modules/packed'), { recursive: true })
  writeFileSync(join(root, 'node_modules/packed/package.json'), '{ "name": "packed", "main": "index.js" }')
  writeFileSync(join(root, 'node_modules/packed/index.js'), 'exports.pack = function pack() { return 1 }\n')
  return root
}

test('a growing recording does not wake the watcher', async () => {
  const root = project()
  const data = join(root, '.recordings')
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    server: { port: 0, host: '127.0.0.1', watch: { ignored: ['**/kept-out/**'] } },
    plugins: [hindscope({ dataDir: data })],
  })
  onTestFinished(() => server.close())
  await server.listen()
  const seen: string[] = []
  server.watcher.on('all', (_event, path) => seen.push(path))
  const dirs = [data, join(root, 'kept-out'), join(root, 'src')]
  for (const dir of dirs) mkdirSync(dir, { recursive: true })
  // The watcher says nothing of files that it finds when it starts, so they grow until it has seen the one that it should.
  let size = 0
  await waitFor(
    () => {
      size++
      for (const dir of dirs) writeFileSync(join(dir, 'growing.js'), '1'.repeat(size))
      return seen
    },
    paths => paths.some(path => path.endsWith('src/growing.js')),
  )
  expect(new Set(seen.filter(path => /growing/.test(path)))).toEqual(new Set([join(root, 'src/growing.js')]))
})

test('pre-bundled packages get no probes wherever Vite keeps them', async () => {
  const root = project()
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    cacheDir: join(root, '.made'),
    server: { port: 0, host: '127.0.0.1' },
    plugins: [hindscope({})],
  })
  onTestFinished(() => server.close())
  await server.listen()
  const main = await server.transformRequest('/src/main.js')
  expect(main?.code).toContain('virtual:hindscope/hook')
  const [packed] = /\/\.made\/deps\/packed\.js[^"]*/.exec(main?.code ?? '') ?? []
  await waitFor(
    () => readMade(root),
    text => text.includes('pack'),
  )
  const answer = await server.transformRequest(packed ?? '')
  expect(answer?.code).toContain('function pack')
  expect(answer?.code).not.toMatch(/\*hindscope\*|hindscope\/hook/)
})

function readMade(root: string): string {
  try {
    return readFileSync(join(root, '.made/deps/packed.js'), 'utf8')
  } catch {
    return '' // SAFE: not made yet.
  }
}
