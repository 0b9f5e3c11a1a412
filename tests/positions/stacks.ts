/** Reads the stacks that a built program left, and maps each frame to where its author wrote it. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TraceMap, originalPositionFor } from '@jridgewell/trace-mapping'
import { appDir } from './chains.ts'

/** The runtime calls what is given to promises, timers, microtasks and listeners, and V8 prints its frames, and follows no `Promise.all` through it. */
export const CALLED_BY_US: readonly string[] = ['then', 'timer', 'microtask', 'handler', 'inline', 'inline handler', 'of promises']
/** V8 has no position for these operations and prints the last that it has: `yield*`, a missing `super()`, conversions, updates and `delete`. */
export const LAST_POSITION: readonly string[] = ['toString', 'delegate', 'no super', 'update', 'delete']

/** As the program leaves them: label and text of each. */
export type Stacks = readonly (readonly [label: string, stack: string])[]

export interface Frame {
  /** What V8 prints in front of the place: `new Cart`, `async Cart.load`, `Array.map`, '' for none. */
  readonly name: string
  /** `kinds.ts:12:4` in the author's text, what V8 prints for files of others, undefined for generated text that no source has. */
  readonly place: string | undefined
}

export interface MappedStack {
  readonly label: string
  readonly message: string
  readonly frames: readonly Frame[]
}

const FRAME = /^ {4}at (?:(.*) \((.*)\)|(async )?(.*))$/
const PLACE = /^(?<file>.*?):(?<line>\d+):(?<column>\d+)$/

export function mapStacks(stacks: Stacks, app: string, fileOf: (url: string) => string | undefined): MappedStack[] {
  const maps = new Map<string, TraceMap | undefined>()
  const mapOf = (file: string): TraceMap | undefined => {
    if (!maps.has(file)) maps.set(file, existsSync(`${file}.map`) ? new TraceMap(readFileSync(`${file}.map`, 'utf8')) : undefined)
    return maps.get(file)
  }
  const placeOf = (text: string): string | undefined => {
    const { file: url = text, line = '', column = '' } = PLACE.exec(text)?.groups ?? {}
    const file = fileOf(url)
    const map = file === undefined ? undefined : mapOf(file)
    if (file === undefined || map === undefined) return text
    const found = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 })
    return found.source === null ? undefined : `${shortSource(found.source, app, file)}:${found.line}:${found.column}`
  }
  const seen = new Map<string, number>()
  return stacks.map(([text, stack]) => {
    const times = (seen.get(text) ?? 0) + 1
    seen.set(text, times)
    const label = times === 1 ? text : `${text} (${times})`
    const lines = stack.split('\n')
    const first = lines.findIndex(line => FRAME.test(line))
    const frames = (first < 0 ? [] : lines.slice(first)).flatMap(line => {
      const [, name, place, async, bare] = FRAME.exec(line) ?? []
      if (name === undefined && bare === undefined) return [{ name: line, place: undefined }]
      return [{ name: name ?? async?.trim() ?? '', place: placeOf(place ?? bare ?? '') }]
    })
    return { label, message: lines.slice(0, first < 0 ? lines.length : first).join('\n'), frames }
  })
}

/** Bundlers name sources relative to the output, or under a scheme of their own. */
function shortSource(source: string, app: string, file: string): string {
  const plain = source
    .replace(/^webpack:\/\/[^/]*\//, '')
    .replace(/^file:\/\//, '')
    .replace(/\?.*$/, '')
  const root = appDir(app)
  const path = source.startsWith('webpack:') ? resolve(root, plain) : resolve(dirname(file), plain)
  return path.startsWith(root + sep) ? path.slice(root.length + 1) : path
}

export const ownFrames = (stacks: readonly MappedStack[]): Frame[] =>
  stacks.flatMap(({ frames }) => frames.filter(({ place }) => place !== undefined && /^[\w.-]+\.(?:[jt]sx?|vue|svelte|mdx):/.test(place)))

const isOurs = ({ place = '' }: Frame): boolean => /[\\/](?:packages[\\/]runtime|@hindscope)[\\/]/.test(place)
/** Node puts its own in or leaves them out as its queues fill. */
const isNodes = ({ place = '' }: Frame): boolean => place.startsWith('node:')

/** Labels of stacks that show a frame of Hindscope. */
export const withOurFrames = (stacks: readonly MappedStack[]): string[] =>
  stacks.filter(({ frames }) => frames.some(isOurs)).map(({ label }) => label)

/**
 * What differs, by label, a line for each frame. Where the plain program has no place in a source, only the name counts; of a stack through
 * us only the innermost frame.
 */
export function stackDifferences(plain: readonly MappedStack[], probed: readonly MappedStack[]): Record<string, string[]> {
  const differences: Record<string, string[]> = {}
  const others = new Map(probed.map(stack => [stack.label, stack]))
  for (const { label, message, frames } of plain) {
    const other = others.get(label)
    const depth = CALLED_BY_US.includes(label) ? 1 : Infinity
    const [expected, actual] = [frames, other?.frames ?? []].map(all => all.filter(frame => !isNodes(frame)).slice(0, depth))
    const found = message === other?.message ? [] : [`${message} became ${other?.message ?? 'nothing'}`]
    for (let at = 0; at < Math.max(expected?.length ?? 0, actual?.length ?? 0); at++) {
      const [before, after] = [shownFrame(expected?.[at], expected?.[at]), shownFrame(actual?.[at], expected?.[at])]
      if (before !== after) found.push(`${before} became ${after}`)
    }
    if (found.length > 0) differences[label] = found
  }
  return differences
}

const shownFrame = (frame: Frame | undefined, plain: Frame | undefined): string =>
  frame === undefined
    ? 'none'
    : `${frame.name} at ${plain !== undefined && plain.place === undefined ? 'generated text' : (frame.place ?? 'no source')}`

export const inFolder =
  (dir: string) =>
  (url: string): string | undefined => {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url
    return path.startsWith(dir + sep) ? path : /^https?:/.test(url) ? resolve(dir, basename(new URL(url).pathname)) : undefined
  }
