#!/usr/bin/env node
/**
 * Writes the tables of docs/adapters.md, between `<!-- adapters: NAME -->` and `<!-- end -->`. Each adapter says in the comment at the head of its
 * file what it is made for: `@table`, `@versions`, `@told`, and where there is something to say `@name`, `@not-told`, `@jump`, `@context`. Packages and
 * exports come from the catalogue (packages/protocol/src/libraries.ts), versions from what is installed and tested, costs from bench/results.json.
 *
 * `@versions 5, 4` speaks of all packages of the adapter, `@versions nats 2; @nats-io/transport-node 3` of each. It is refused where a version has no
 * test, or a test has another version. A text that is no number (`Node 24`) stands as it is.
 *
 * usage: node scripts/adapter-tables.mjs [--check]     --check fails when the tables are not what their inputs make of them
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transformSync } from 'esbuild'
import { operations } from '../bench/runtime/adapters.bench.mjs'
import { fromRoot } from './lib/root.mjs'

const PAGE = fromRoot('docs/adapters.md')
const ADAPTERS = 'packages/runtime/src/libraries'
const TESTS = 'packages/runtime/test/libraries'
/** Adapters of no library. */
const OF_PLATFORM = new Set(['page'])
const TAGS = ['table', 'name', 'versions', 'told', 'not-told', 'jump', 'context']
const COLUMNS = [
  ['library', adapter => adapter.name ?? adapter.packages.join(', ')],
  ['versions tested', adapter => adapter.versions],
  ['handed over', adapter => adapter.exports],
  ['told', adapter => adapter.told],
  ['not told', adapter => adapter['not-told']],
  ['jump', adapter => adapter.jump],
  ['context travels in', adapter => adapter.context],
  ['cost', adapter => adapter.cost],
]

/** All that the tables are made of; adapters in the order of the catalogue. */
export async function readInputs() {
  const catalogue = readText('packages/protocol/src/libraries.ts')
  const { code } = transformSync(catalogue, { loader: 'ts', format: 'esm' })
  const { LIBRARIES } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  const heads = readdirSync(fromRoot(ADAPTERS)).map(file => [file.replace(/\.ts$/, ''), /^\/\*\*[^]*?\*\//.exec(readText(join(ADAPTERS, file)))?.[0]])
  const { rows } = JSON.parse(readText('bench/results.json'))['runtime/adapters']
  return { page: readText('docs/adapters.md'), libraries: LIBRARIES, heads, installed: testedPackages(), rows, operations }
}

/** The page with its tables written anew. Throws at the first adapter whose statements do not hold. */
export function composePage({ page, libraries, heads, installed, rows, operations }) {
  const order = [...new Set(Object.values(libraries).map(({ adapter }) => adapter))]
  const adapters = heads
    .filter(([id]) => !OF_PLATFORM.has(id))
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([id, head]) => {
      const tags = readTags(id, head ?? '')
      const known = Object.entries(libraries).filter(([, library]) => library.adapter === id)
      const packages = [...new Set(known.map(([specifier]) => packageOf(specifier)))]
      const adapter = { ...tags, id, packages, stated: statedVersions(tags.versions) }
      return { ...adapter, versions: versionText(adapter, installed), exports: exportText(known), cost: costText(id, rows, operations) }
    })
  refuseUnstated(adapters, installed)
  const unused = new Set(adapters.map(({ table }) => table))
  const written = page.replace(/(<!-- adapters: (.+) -->\n)[^]*?(<!-- end -->)/g, (_, start, name, end) => {
    unused.delete(name)
    return `${start}\n${tableOf(adapters.filter(({ table }) => table === name))}\n\n${end}`
  })
  if (unused.size > 0) throw new Error(`docs/adapters.md has no place for the tables: ${[...unused].join(', ')}`)
  return written
}

function tableOf(adapters) {
  const columns = COLUMNS.filter(([, text]) => adapters.some(adapter => text(adapter)))
  const rows = adapters.map(adapter => columns.map(([, text]) => (text(adapter) ?? '').replaceAll('|', '\\|')))
  return [columns.map(([head]) => head), columns.map(() => '---'), ...rows]
    .map(row => `| ${row.join(' | ')} |`.replaceAll('|  |', '| |').replaceAll('|  |', '| |'))
    .join('\n')
}

function readTags(id, head) {
  const texts = head.replace(/\s*\*\/$/, '').replace(/^[ /]*\*+ ?/gm, '').split(/^@/m).slice(1) // prettier-ignore
  const tags = Object.fromEntries(texts.map(text => [text.split(/\s/, 1)[0], text.replace(/^\S+/, '').trim().replaceAll(/\s+/g, ' ')]))
  const unknown = Object.keys(tags).filter(tag => !TAGS.includes(tag))
  if (unknown.length > 0) throw new Error(`${ADAPTERS}/${id}.ts: unknown @${unknown.join(', @')}`)
  const missing = ['table', 'versions', 'told'].filter(tag => !tags[tag])
  if (missing.length > 0) throw new Error(`${ADAPTERS}/${id}.ts does not say @${missing.join(', @')} in the comment at its head`)
  return tags
}

const packageOf = specifier => /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier)[0]

/** What is installed beside the tests of the adapters and named by one of them: `{ name, version }`. */
function testedPackages() {
  const tests = filesBelow(fromRoot(TESTS)).map(path => readFileSync(path, 'utf8')).join('\n') // prettier-ignore
  const owners = [
    { folder: 'packages/runtime', isNamed: alias => new RegExp(`['"\`]${alias}(/[^'"\`]*)?['"\`]`).test(tests) },
    // Packages that cannot stand beside their other versions under another name: a test resolves them from there.
    ...readdirSync(fromRoot('tests/adapters')).map(name => ({
      folder: `tests/adapters/${name}`,
      isNamed: () => tests.includes(`tests/adapters/${name}/`),
    })),
  ]
  return owners.flatMap(({ folder, isNamed }) => {
    const { dependencies, devDependencies } = JSON.parse(readText(join(folder, 'package.json')))
    return Object.keys({ ...dependencies, ...devDependencies })
      .filter(alias => isNamed(alias))
      .map(alias => fromRoot(folder, 'node_modules', alias, 'package.json'))
      .filter(path => existsSync(path))
      .map(path => JSON.parse(readFileSync(path, 'utf8')))
      .map(({ name, version }) => ({ name, version }))
  })
}

const filesBelow = folder => readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(({ parentPath, path, name }) => join(parentPath ?? path, name)) // prettier-ignore

/** What an adapter states, as groups of a package (none: all of the adapter) and versions; `text` where it is no number. */
function statedVersions(stated) {
  return stated.split(/;\s*/).map(group => {
    const [, name, list] = /^((?:@|[a-z])\S*)\s(.*)$/.exec(group) ?? [undefined, undefined, group]
    return /^[\d., ]+$/.test(list) ? { name, ranges: list.split(/,\s*/) } : { text: group }
  })
}

const isOf = (version, range) => version === range || version.startsWith(`${range}.`)

/** Newest first, by package where the adapter says so: `5.3.0, 4.22.3`. */
function versionText({ id, stated, packages }, installed) {
  const texts = stated.map(({ name, ranges, text }) => {
    if (text !== undefined) return text
    const found = installed.filter(each => (name === undefined ? packages.includes(each.name) : each.name === name))
    const untested = ranges.filter(range => !found.some(({ version }) => isOf(version, range)))
    if (untested.length > 0) throw new Error(`${ADAPTERS}/${id}.ts states version ${untested.join(', ')}, which no test of ${TESTS} has`)
    const versions = new Set(found.map(({ version }) => version).filter(version => ranges.some(range => isOf(version, range))))
    const newestFirst = [...versions].toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    return [name, newestFirst.join(', ')].filter(Boolean).join(' ')
  })
  const alone = packages.filter(name => !name.startsWith('node:') && !installed.some(each => each.name === name))
  return [...texts, ...(alone.length > 0 ? [`without a test of its own: ${alone.join(', ')}`] : [])].join('; ')
}

/** Several adapters may share a package: Svelte's runes and its stores. */
function refuseUnstated(adapters, installed) {
  const isStated = ({ name, version }) =>
    adapters.some(({ stated, packages }) =>
      stated.some(
        group => group.ranges?.some(range => isOf(version, range)) && (group.name === undefined ? packages.includes(name) : group.name === name),
      ),
    )
  for (const each of installed) {
    const adapter = adapters.find(({ packages }) => packages.includes(each.name))
    if (adapter !== undefined && !isStated(each))
      throw new Error(`${ADAPTERS}/${adapter.id}.ts does not state ${each.name} ${each.version}, which a test has`)
  }
}

/** What programs call or construct, or have as it is. */
function exportText(known) {
  const libraries = known.map(([, library]) => library)
  const results = [...new Set(libraries.flatMap(({ exports }) => exports))].map(name => (name === 'default' ? 'the module' : `\`${name}\``))
  const values = [...new Set(libraries.flatMap(library => library.values ?? []))].map(name => `\`${name}\``)
  return [
    ...(libraries.some(({ onImport }) => onImport) ? ['import'] : []),
    ...results,
    ...(values.length > 0 ? [`${values.join(', ')} as ${values.length > 1 ? 'they are' : 'it is'}`] : []),
  ].join(', ')
}

function costText(id, rows, operations) {
  if (operations[id] === undefined) return 'not measured'
  const us = (engine, level) =>
    rows.find(({ variant }) => variant.library === id && variant.engine === engine && variant.level === level)?.figures.us.min
  const engines = [...new Set(rows.filter(({ variant }) => variant.library === id).map(({ variant }) => variant.engine))]
  const costs = engines
    .map(engine => [engine, us(engine, 'plain'), us(engine, 'recorded')])
    .filter(([, plain, recorded]) => plain !== undefined && recorded !== undefined)
    .map(([engine, plain, recorded]) => `${(recorded - plain).toFixed(1)} µs (${engine.replace(/^node/, 'Node ').replace(/^c/, 'C')})`)
  return costs.length === 0 ? `not measured yet: ${operations[id]}` : `${operations[id]}: ${costs.join(', ')}`
}

const readText = path => readFileSync(fromRoot(path), 'utf8')

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const inputs = await readInputs()
  const page = composePage(inputs)
  if (!process.argv.includes('--check')) writeFileSync(PAGE, page)
  else if (inputs.page !== page) {
    console.error('the tables of docs/adapters.md are not what their inputs make of them: run `node scripts/adapter-tables.mjs`')
    process.exitCode = 1
  }
}
