/** Which files of the project the plugin would put probes into, and why not the others. */
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { HindscopeConfig } from '@hindscope/protocol'
import { createFilter } from 'hindscope'
import { countText } from '../format/units.ts'
import type { Check } from './check.ts'

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte)$/
/** Enough to tell what the filters do; a larger tree is cut and says so. */
const MAX_FILES = 20_000

export function checkFiles(root: string, dataDir: string, { include, exclude }: HindscopeConfig): Check {
  const filter = createFilter({ root, dataDir, include, exclude })
  const files = sourceFiles(root)
  const skipped = new Map<string, string[]>()
  let taken = 0
  for (const file of files) {
    const reason = filter(file.replaceAll('\\', '/'))
    if (reason === undefined) taken++
    else skipped.set(reason, [...(skipped.get(reason) ?? []), relative(root, file)])
  }
  const details = [...skipped].map(([reason, list]) => `${countText(list.length, 'file')} left out (${reason}), for example ${list[0]}`)
  if (files.length >= MAX_FILES) details.push(`only the first ${MAX_FILES} files were looked at`)
  const title = `${countText(taken, 'file')} of the project would get probes`
  if (taken > 0) return { id: 'files', status: 'ok', title, details }
  if (files.length === 0)
    return {
      id: 'files',
      status: 'note',
      title: 'No JavaScript or TypeScript file in this folder',
      details,
      fix: 'Run doctor in the folder of the project.',
    }
  return { id: 'files', status: 'problem', title, details, fix: 'Correct include and exclude in the config.' }
}

function sourceFiles(root: string): string[] {
  const found: string[] = []
  const visit = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (found.length >= MAX_FILES) return
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) visit(join(dir, entry.name))
      else if (entry.isFile() && SOURCE.test(entry.name)) found.push(join(dir, entry.name))
    }
  }
  visit(root)
  return found
}
