/** Plain Node through `hindscope/register`: stacks of TypeScript, which Node maps, and of JavaScript, whose lines need no map. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { appDir } from './chains.ts'
import { manifestsOf } from './comparison.ts'
import { stacksInNode } from './stack-runs.ts'
import { CALLED_BY_US, LAST_POSITION, mapStacks, ownFrames, stackDifferences, withOurFrames } from './stacks.ts'
import type { MappedStack, Stacks } from './stacks.ts'

const RECORDED = ['--import', import.meta.resolve('hindscope/register')]

/** Outside of node_modules, where nothing gets probes. */
function programs(): { readonly dir: string; readonly typed: string; readonly mapped: string; readonly plain: string } {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-stacks-')))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
  for (const name of ['typed', 'mapped', 'plain']) mkdirSync(join(dir, name))
  for (const name of readdirSync(appDir('throws'))) {
    const path = join(appDir('throws'), name)
    copyFileSync(path, join(dir, 'typed', name))
    const text = readFileSync(path, 'utf8')
    for (const folder of ['mapped', 'plain']) {
      // One letter more or less would move columns: the files keep their names.
      const { code } = transformSync(text, { loader: 'ts', target: 'es2022', sourcefile: name, sourcemap: folder === 'mapped' ? 'inline' : false })
      writeFileSync(join(dir, folder, name.replace('.ts', '.js')), code.replace(/(from "\.\/\w+)\.ts"/g, '$1.js"'))
    }
  }
  return { dir, typed: join(dir, 'typed', 'main.ts'), mapped: join(dir, 'mapped', 'main.js'), plain: join(dir, 'plain', 'main.js') }
}

/** Places by file name, as Node printed them, with columns from zero. */
function printed(stacks: Stacks, folder: string, withColumns: boolean): MappedStack[] {
  return mapStacks(stacks, 'throws', () => undefined).map(stack => ({
    ...stack,
    frames: stack.frames.map(({ name, place = '' }) => {
      const path = place.startsWith('file:') ? fileURLToPath(place) : place
      const own = path.startsWith(folder) ? path.slice(folder.length + 1).replace(/^(\w+)\.js/, '$1.ts') : place
      return { name, place: withColumns ? own : own.replace(/(\.ts:\d+):\d+$/, '$1') }
    }),
  }))
}

/** Runs it, and sees to it that every file with a function was probed. */
function recorded(file: string, dir: string): Stacks {
  const dataDir = join(dir, 'data')
  const stacks = stacksInNode(file, dataDir, { cwd: dir, flags: RECORDED })
  expect(
    manifestsOf(dataDir)
      .map(({ id }) => basename(id).replace(/\.\w+$/, ''))
      .sort(),
  ).toEqual(['engine', 'kinds', 'later', 'stacks'])
  return stacks
}

function compare(plain: readonly MappedStack[], probed: readonly MappedStack[]): void {
  expect(ownFrames(plain).length).toBeGreaterThan(500)
  expect(withOurFrames(probed).filter(label => !CALLED_BY_US.includes(label))).toEqual([])
  const differences = Object.entries(stackDifferences(plain, probed))
  expect(Object.fromEntries(differences.filter(([label]) => !LAST_POSITION.includes(label)))).toEqual({})
}

test('TypeScript: stacks are those of the same program without us', () => {
  const { dir, typed, mapped } = programs()
  const plain = printed(stacksInNode(mapped, dir, { flags: ['--enable-source-maps'] }), join(dir, 'mapped'), true)
  const probed = printed(recorded(typed, dir), join(dir, 'typed'), true)
  compare(plain, probed)
})

test('JavaScript: stacks have the same functions and lines', () => {
  const { dir, plain: file } = programs()
  const plain = printed(stacksInNode(file, dir), join(dir, 'plain'), false)
  const probed = printed(recorded(file, dir), join(dir, 'plain'), false)
  compare(plain, probed)
})
