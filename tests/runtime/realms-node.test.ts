/** Every realm that a Node program makes, under `hindscope/register`: recorded once each with what made it, and unchanged. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { realmLines, realmsIn } from './realms.ts'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

function project(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-realms-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  cpSync(folder('./apps/node-realms'), root, { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(folder('../../packages/plugin'), join(root, 'node_modules/hindscope'))
  return root
}

function run(args: readonly string[], cwd: string): Promise<string> {
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, ...env } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...env, HINDSCOPE_DIR: join(cwd, '.hindscope'), NODE_NO_WARNINGS: '1' } })
    let output = ''
    child.stdout.on('data', part => (output += part))
    child.stderr.on('data', part => (output += part))
    child.on('error', reject)
    child.on('close', code => resolve(`${output}exit ${code}`))
  })
}

test('threads, forked and spawned processes record as what they are, and answer as without a recorder', async () => {
  const root = project()
  const plain = await run(['main.mjs'], root)
  expect(plain).toMatch(/^evaluated\n[\s\S]*exit 0$/)
  expect(await run(['--import', 'hindscope/register', 'main.mjs'], root)).toBe(plain)
  const realms = realmsIn(join(root, '.hindscope'))
  expect(realmLines(realms)).toEqual([
    'node: "worked in forked"',
    'node: "worked in main"',
    'node: "worked in spawned"',
    'nodeWorker < node: "worked in thread nested"',
    'nodeWorker < nodeWorker: "worked in thread inner"',
  ])
  const main = realms.find(({ lines }) => lines.join().includes('"worked in main"'))?.definition
  const children = realms.map(({ definition }) => definition).filter(({ realmKind, pid }) => realmKind === 'node' && pid !== main?.pid)
  expect(children.map(({ parentPid }) => parentPid)).toEqual([main?.pid, main?.pid])
})
