/** Tests outside packages import built packages: a dist that is missing or older than its sources fails the run before it misleads. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

function newestMs(dir: string): number {
  let newest = 0
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return newest
}

const isBuilt = (name: string): boolean => ['tsdown.config.ts', 'vite.config.ts'].some(config => existsSync(join(packages, name, config)))

function isStale(name: string): boolean {
  const [src, dist] = [join(packages, name, 'src'), join(packages, name, 'dist')]
  if (!existsSync(src)) return false
  return !existsSync(dist) || newestMs(dist) < newestMs(src)
}

/** Vitest calls this once before the projects that name this file. */
export function setup(): void {
  const stale = readdirSync(packages).filter(name => isBuilt(name) && isStale(name))
  if (stale.length > 0) throw new Error(`Not built, or older than the sources: ${stale.join(', ')}. Run: node scripts/build.mjs`)
}
