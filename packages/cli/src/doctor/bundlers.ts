/** Which bundlers the project has, and whether their configs name the plugin. Read as text: a config is a program, and doctor runs nothing. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Check } from './check.ts'

/** Package, first supported major, names of its config files. */
const BUNDLERS = [
  { name: 'vite', major: 6, config: /^vite\.config\.[cm]?[jt]s$/ },
  { name: 'webpack', major: 5, config: /^webpack\.config(\.\w+)*\.[cm]?[jt]s$/ },
  { name: '@rspack/core', major: 1, config: /^rspack\.config(\.\w+)*\.[cm]?[jt]s$/ },
  { name: 'rollup', major: 4, config: /^rollup\.config(\.\w+)*\.[cm]?[jt]s$/ },
  { name: 'rolldown', major: 1, config: /^rolldown\.config(\.\w+)*\.[cm]?[jt]s$/ },
  { name: 'esbuild', major: 0, config: /^(esbuild\.config|build)\.[cm]?[jt]s$/ },
] as const

export function checkBundlers(root: string): Check[] {
  const wanted = declaredDependencies(root)
  const configs = existsSync(root) ? readdirSync(root) : []
  const found = BUNDLERS.flatMap(bundler => {
    const files = configs.filter(name => bundler.config.test(name))
    const version = installedVersion(root, bundler.name)
    return wanted.has(bundler.name) || files.length > 0 ? [{ ...bundler, files, version }] : []
  })
  if (found.length === 0) {
    return [
      {
        id: 'bundlers',
        status: 'note',
        title: 'No bundler in this project',
        details: ['plain Node programs are recorded with: hindscope run -- node app.js'],
      },
    ]
  }
  return found.map(({ name, major, files, version }) => bundlerCheck(root, name, major, files, version))
}

function bundlerCheck(root: string, name: string, major: number, files: readonly string[], version: string | undefined): Check {
  const id = `bundler-${name}`
  const title = `${name} ${version ?? '(not installed)'}`
  const short = name === '@rspack/core' ? 'rspack' : name
  if (version === undefined) return { id, title, status: 'problem', details: [], fix: 'Install the dependencies of the project.' }
  if (Number(version.split('.')[0]) < major) return { id, title, status: 'problem', details: [], fix: `Update ${name} to ${major} or newer.` }
  const users = files.filter(file => readFileSync(join(root, file), 'utf8').includes('hindscope'))
  if (users.length > 0) return { id, title, status: 'ok', details: [...users.map(file => `${file} names the plugin`), ...orderNotes(root, users)] }
  const where = files.length === 0 ? 'no config file was found' : `${files.join(', ')} does not name the plugin`
  return {
    id,
    title,
    status: 'note',
    details: [where],
    fix: `import hindscope from 'hindscope/${short}' and put hindscope() among the plugins; programs started with hindscope run need no plugin.`,
  }
}

/** The plugin asks its bundler to run it after other transforms; a plugin behind it that asks for the same would see probes. */
function orderNotes(root: string, files: readonly string[]): string[] {
  return files.flatMap(file => {
    const text = readFileSync(join(root, file), 'utf8')
    const list = /plugins\s*:\s*\[([\s\S]*?)\]/.exec(text)?.[1] ?? ''
    const names = [...list.matchAll(/([A-Za-z_$][\w$]*)\s*\(/g)].map(match => match[1] ?? '')
    return names.length > 1 ? [`plugins in ${file}: ${names.join(', ')}`] : []
  })
}

function declaredDependencies(root: string): ReadonlySet<string> {
  const path = join(root, 'package.json')
  if (!existsSync(path)) return new Set()
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string> | undefined> // SAFE: only its keys are read
    return new Set(['dependencies', 'devDependencies'].flatMap(key => Object.keys(manifest[key] ?? {})))
  } catch {
    return new Set() // SAFE: a package.json that is not JSON is the package manager's to report
  }
}

/** As Node resolves it from the project, without NODE_PATH and the machine's own folders: bundlers of a project do not lie there. */
function installedVersion(root: string, name: string): string | undefined {
  for (let dir = root; ; dir = dirname(dir)) {
    const path = join(dir, 'node_modules', name, 'package.json')
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version?: string }).version
    if (dirname(dir) === dir) return undefined
  }
}
