#!/usr/bin/env node
// Builds every package in dependency order: `node scripts/build.mjs [name …]`. Packages without a build are skipped by list, not by guess.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Each wave may run side by side; a wave only needs the ones before it. */
const waves = [['protocol'], ['instrument', 'runtime', 'store'], ['ui'], ['collector'], ['plugin'], ['cli']]
const wanted = new Set(process.argv.slice(2))

function newest(dir) {
  let at = 0
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue
    const path = join(dir, entry.name)
    at = Math.max(at, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return at
}

function buildPackage(name) {
  const cwd = join(root, 'packages', name)
  // The UI is static files, and once more all of it in one file.
  const tools =
    name === 'ui'
      ? [
          ['vite', 'build'],
          ['vite', 'build', '--config', 'vite.single.config.ts'],
        ]
      : [['tsdown']]
  return tools.reduce((before, tool) => before.then(() => runTool(name, cwd, tool)), Promise.resolve())
}

function runTool(name, cwd, [tool, ...args]) {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(join(root, 'node_modules/.bin', tool), args, { cwd, env: { ...process.env, NODE_NO_WARNINGS: '1' } })
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve() : reject(new Error(`build of ${name} failed with code ${code}\n${output}`))))
  })
}

const stamp = name => join(root, 'packages', name, 'dist')
let upstreamChanged = false
for (const wave of waves) {
  const stale = wave.filter(name => {
    if (!existsSync(join(root, 'packages', name, 'src'))) return false
    if (wanted.size > 0) return wanted.has(name)
    return upstreamChanged || !existsSync(stamp(name)) || newestDist(name) < newest(join(root, 'packages', name))
  })
  if (stale.length > 0 && wanted.size === 0) upstreamChanged = true
  const started = Date.now()
  try {
    await Promise.all(stale.map(buildPackage))
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
  if (stale.length > 0) console.log(`built ${stale.join(', ')} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

function newestDist(name) {
  let at = 0
  for (const entry of readdirSync(stamp(name), { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) at = Math.max(at, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return at
}
