// A generated TypeScript and React application in the proportions of a real one (excalidraw, 598 modules of its own among 1,394): components,
// logic, tables and types, comments and literals as long as people write them; half of its modules come from node_modules.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const MODULES = 600
const KINDS = ['component', 'logic', 'component', 'logic', 'table', 'component', 'types', 'logic', 'component', 'table']
const kindOf = index => KINDS[index % KINDS.length]
/** Path data and translations: what makes real modules long without making them slow. */
const literal = (seed, length) =>
  Array.from({ length: length / 12 }, (_, i) => `M${(seed * 31 + i * 7) % 97} ${(seed + i * 13) % 89}l${i % 10}`)
    .join(' ')
    .slice(0, length)
const words = (seed, count) => Array.from({ length: count }, (_, i) => WORDS[(seed * 7 + i * 5) % WORDS.length]).join(' ')
const WORDS =
  'the selected element keeps its bounds while a pointer moves over canvas and every arrow that is bound to it follows its edge until released'.split(
    ' ',
  )

const types = i => `
/** ${words(i, 18)}. */
export interface Shape${i} {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly label?: string
  readonly points: readonly (readonly [number, number])[]
  /** ${words(i + 1, 14)}. */
  readonly boundTo: { readonly id: string; readonly gap: number } | null
}
export type Change${i} =
  | { readonly kind: 'move'; readonly id: string; readonly by: readonly [number, number] }
  | { readonly kind: 'resize'; readonly id: string; readonly width: number; readonly height: number }
  | { readonly kind: 'label'; readonly id: string; readonly text: string }
export enum Mode${i} { Select = 'select', Draw = 'draw', Erase = 'erase' }
export const isShape${i} = (value: unknown): value is Shape${i} => typeof value === 'object' && value !== null && 'points' in value
`

const table = i => `
/** ${words(i, 12)}. */
export const PATHS_${i} = {
${Array.from({ length: 14 }, (_, k) => `  ${WORDS[(i + k) % WORDS.length]}${k}: '${literal(i + k, 180)}',`).join('\n')}
} as const
export const TEXTS_${i}: Readonly<Record<string, string>> = {
${Array.from({ length: 24 }, (_, k) => `  'label.${k}': '${words(i + k, 9)}',`).join('\n')}
}
export const text${i} = (key: string): string => TEXTS_${i}[key] ?? key
`

/** Long functions with none inside them: half of the text of real applications. */
const route = i => `
/** ${words(i + 8, 22)}. */
export function route${i}(from: readonly [number, number], to: readonly [number, number], boxes: readonly { x: number; y: number; width: number; height: number }[], options: { readonly snap: boolean; readonly gap: number; readonly locked?: boolean }): [number, number][] {
  const points: [number, number][] = [[from[0], from[1]]]
  let [x, y] = from
  let steps = 0
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  if (options.locked === true || (dx === 0 && dy === 0)) return points
${Array.from(
  { length: 9 },
  (_, k) => `  // ${words(i + k, 8)}.
  for (let index = 0; index < boxes.length && steps < ${k + 40}; index++) {
    const box = boxes[index]!
    const isInside = x > box.x - options.gap && x < box.x + box.width + options.gap && y > box.y - options.gap && y < box.y + box.height + options.gap
    if (!isInside) { steps += ${k % 3}; continue }
    if (Math.abs(dx) >= Math.abs(dy)) { x = dx > 0 ? box.x + box.width + options.gap : box.x - options.gap; y += ${k} } else { y = dy > 0 ? box.y + box.height + options.gap : box.y - options.gap; x += ${k} }
    points.push(options.snap ? [Math.round(x / 10) * 10, Math.round(y / 10) * 10] : [x, y])
    steps++
  }`,
).join('\n')}
  if (x !== to[0] || y !== to[1]) points.push([to[0], to[1]])
  return points
}
`

const logic = (i, other) => `
${other}
export interface Item${i} { readonly id: string; price: number; count: number; readonly tags: readonly string[] }

/**
 * ${words(i, 30)}.
 * ${words(i + 3, 24)}.
 */
export function total${i}(items: readonly Item${i}[], factor: number = ${i}): number {
  let total = 0
  for (const item of items) {
    if (item.price > factor) total += item.price * item.count
    else if (item.count === 0) continue
    // ${words(i + 5, 12)}.
    switch (item.tags.length) {
      case 0: total -= 1; break
      case 1: total += item.tags[0]!.length; break
      default: total *= 1 + item.tags.length / 100
    }
  }
  return items.length > 3 ? Math.round(total * 100) / 100 : items.map(item => item.price).reduce((a, b) => a + b, total)
}

/** ${words(i + 2, 20)}. */
export const rotate${i} = ([x, y]: readonly [number, number], [cx, cy]: readonly [number, number], angle: number): [number, number] => [
  (x - cx) * Math.cos(angle) - (y - cy) * Math.sin(angle) + cx,
  (x - cx) * Math.sin(angle) + (y - cy) * Math.cos(angle) + cy,
]

export class Store${i} {
  private items: Item${i}[] = []
  private readonly listeners = new Set<(items: readonly Item${i}[]) => void>()
  constructor(private readonly name: string) {}
  /** ${words(i + 4, 16)}. */
  add(item: Item${i}): this {
    this.items = [...this.items, item]
    for (const listener of this.listeners) listener(this.items)
    return this
  }
  get size(): number { return this.items.length }
  subscribe(listener: (items: readonly Item${i}[]) => void): () => void {
    this.listeners.add(listener)
    return () => { this.listeners.delete(listener) }
  }
  async load(url: string): Promise<readonly Item${i}[]> {
    try {
      const response = await Promise.resolve(url + this.name)
      return [...this.items, { id: response, price: response.length, count: 1, tags: [] }]
    } catch (error) {
      console.error('${words(i, 6)}', error)
      throw error
    }
  }
}
/** ${words(i + 6, 26)}. */
export function diff${i}(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Record<string, readonly [unknown, unknown]> {
  const changed: Record<string, readonly [unknown, unknown]> = {}
  for (const key of Object.keys({ ...before, ...after })) {
    const [was, is] = [before[key], after[key]]
    if (Object.is(was, is)) continue
    if (typeof was === 'object' && typeof is === 'object' && was && is && JSON.stringify(was) === JSON.stringify(is)) continue
    changed[key] = [was, is]
  }
  return changed
}
${route(i)}`

const component = (i, { other, child, uses }) => `
import { useCallback, useEffect, useMemo, useState } from 'react'
${other}
interface Props${i} {
  readonly title: string
  readonly depth?: number
  /** ${words(i, 12)}. */
  readonly onSelect?: (id: string) => void
}

/** ${words(i + 1, 28)}. */
export function Panel${i}({ title, depth = 0, onSelect }: Props${i}) {
  const [isOpen, setOpen] = useState(depth < 3)
  const [hovered, setHovered] = useState<string | null>(null)
  const rows = useMemo(() => Array.from({ length: ${(i % 3) + 1} }, (_, row) => ({ id: \`\${title}-\${row}\`, label: \`\${title} \${row}\` })), [title])
  const known = useMemo(() => ${uses}, [])
  const select = useCallback((id: string) => {
    setHovered(id)
    onSelect?.(id)
  }, [onSelect])
  // ${words(i + 2, 16)}.
  useEffect(() => {
    const close = (event: KeyboardEvent): void => { if (event.key === 'Escape') setOpen(false) }
    window.addEventListener('keydown', close)
    return () => window.removeEventListener('keydown', close)
  }, [])
  return (
    <section className={isOpen ? 'panel panel--open' : 'panel'} aria-label={title} data-depth={depth} data-known={known.length}>
      <header className="panel__header">
        <button type="button" className="panel__toggle" aria-expanded={isOpen} onClick={() => setOpen(open => !open)}>
          {isOpen ? '−' : '+'} {title}
        </button>
        <span className="panel__hint" id="hint-${i}">text of ${i}</span>
        <nav className="panel__menu" role="menubar" aria-orientation="horizontal">
${Array.from(
  { length: 8 },
  (
    _,
    k,
  ) => `          <a className={isOpen ? 'panel__link panel__link--active' : 'panel__link'} role="menuitem" tabIndex={depth + ${k}} href={\`#\${title}-${k}\`} title="${words(i + k, 6)}">
            <svg viewBox="0 0 20 20" width={20} height={20} focusable="false" aria-hidden={!isOpen}><path d="${literal(i + k, 96)}" fill="none" stroke="currentColor" strokeWidth={1.25} /></svg>
            <em>{hovered ?? '${words(i + k, 3)}'}</em>
          </a>`,
).join('\n')}
        </nav>
      </header>
      {isOpen && (
        <ul className="panel__rows" role="listbox">
          {rows.map(({ id, label }) => (
            <li key={id} role="option" aria-selected={hovered === id} className="panel__row" onClick={() => select(id)} onMouseEnter={() => setHovered(id)}>
              <svg viewBox="0 0 24 24" width={16} height={16} aria-hidden="true"><path d="${literal(i, 120)}" /></svg>
              <strong>{label}</strong>
            </li>
          ))}
        </ul>
      )}
      ${child}
    </section>
  )
}
`

const DEPENDENCIES = `import * as lodash from 'lodash-es'
import * as rxjs from 'rxjs'
import * as toolkit from '@reduxjs/toolkit'
import * as zod from 'zod'
import * as immer from 'immer'`

/** Writes `index.html` and `src/`; gives the file of a component and what the page shows of it, for edits. */
export function writeCorpus(dir) {
  mkdirSync(join(dir, 'src'), { recursive: true })
  const write = (name, text) => writeFileSync(join(dir, 'src', name), text.trimStart())
  let lastComponent = -1
  let lastLogic = -1
  let lastTable = -1
  const imports = []
  for (let i = 0; i < MODULES; i++) {
    const kind = kindOf(i)
    const used = [
      lastTable >= 0 ? `import { text${lastTable} } from './module${lastTable}'` : '',
      lastLogic >= 0 ? `import { total${lastLogic} } from './module${lastLogic}'` : '',
    ].join('\n')
    const uses = `[${lastTable >= 0 ? `text${lastTable}('label.1')` : ''}${lastLogic >= 0 ? `, total${lastLogic}([])` : ''}]`
    if (kind === 'types') write(`module${i}.ts`, types(i))
    else if (kind === 'table') write(`module${i}.ts`, table((lastTable = i)))
    else if (kind === 'logic') {
      write(`module${i}.ts`, `${logic(i, used)}export const uses${i} = () => ${uses}\n`)
      lastLogic = i
    } else {
      // Every component renders the one before it, three deep: a tree, not a list of six hundred.
      const nests = lastComponent >= 0 && i % 100 !== 0
      const other = `${used}\n${nests ? `import { Panel${lastComponent} } from './module${lastComponent}'` : ''}`
      const child = nests ? `{depth < 2 && <Panel${lastComponent} title="${words(i, 2)}" depth={depth + 1} onSelect={onSelect} />}` : ''
      write(`module${i}.tsx`, component(i, { other, child, uses }))
      lastComponent = i
    }
    imports.push(`import * as m${i} from './module${i}'`)
  }
  const all = Array.from({ length: MODULES }, (_, i) => `m${i}`).join(', ')
  write(
    'main.tsx',
    `${imports.join('\n')}
${DEPENDENCIES}
import { createRoot } from 'react-dom/client'
const modules: readonly object[] = [${all}, lodash, rxjs, toolkit, zod, immer]
const App = () => <main data-modules={modules.reduce((sum, module) => sum + Object.keys(module).length, 0)}><m${lastComponent}.Panel${lastComponent} title="root" /></main>
const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
`,
  )
  writeFileSync(join(dir, 'index.html'), '<!doctype html><div id="root"></div><script type="module" src="/src/main.tsx"></script>\n')
  return { file: join(dir, 'src', `module${lastComponent}.tsx`), hint: `hint-${lastComponent}`, text: `text of ${lastComponent}` }
}
