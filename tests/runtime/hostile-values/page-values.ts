/** What only pages have: document.all, nodes, frames. */
import { accessor, notice, trap } from './traps.ts'
import type { Row } from './traps.ts'

const frame = (): Window => {
  const element = document.createElement('iframe')
  document.body.append(element)
  return element.contentWindow as Window // SAFE: it is in the document
}
const foreign = (code: string): unknown => (frame() as unknown as { eval(code: string): unknown }).eval(code) // SAFE: every realm has eval
const element = (): HTMLElement => Object.assign(document.createElement('div'), { id: 'made' })
const custom = (): HTMLElement => {
  const name = `x-noisy-${Math.random().toString(36).slice(2)}`
  customElements.define(
    name,
    class extends HTMLElement {
      override get id(): string {
        return notice('')
      }
      override get textContent(): string {
        return notice('')
      }
    },
  )
  return document.createElement(name)
}

export const PLACE_VALUES: readonly Row[] = [
  ['document.all', () => document.all, /HTMLAllCollection/],
  ['document', () => document, /^<HTMLDocument>$/],
  ['window', () => window, /./],
  ['element', element, /^<HTMLDivElement>$/],
  ['element with fields of the program', () => Object.assign(element(), { __reactFiber: { a: 1 } }), /HTMLDivElement/],
  ['element with accessors of the program', () => accessor(accessor(element(), 'nodeType'), 'id'), /HTMLDivElement/],
  ['custom element', custom, /./],
  ['text node', () => document.createTextNode('t'), /^<Text>$/],
  [
    'detached tree',
    () => {
      const root = element()
      root.append(element())
      return [root]
    },
    /HTMLDivElement/,
  ],
  ['shadow root', () => element().attachShadow({ mode: 'closed' }), /^<ShadowRoot>$/],
  ['list of nodes', () => document.querySelectorAll('*'), /^<NodeList>$/],
  ['live collection', () => document.getElementsByTagName('*'), /^<HTMLCollection>$/],
  ['style', () => getComputedStyle(document.body), /./],
  ['dataset', () => element().dataset, /./],
  ['localStorage', () => localStorage, /./],
  ['location', () => location, /./],
  ['navigator', () => navigator, /./],
  ['performance', () => performance, /./],
  ['Range', () => document.createRange(), /^<Range>$/],
  ['canvas context', () => document.createElement('canvas').getContext('2d'), /./],
  ['window of another realm', frame, /./],
  [
    'window of another origin',
    () => {
      const other = document.createElement('iframe')
      other.sandbox.add('allow-scripts')
      other.srcdoc = ''
      document.body.append(other)
      return other.contentWindow
    },
    /./,
  ],
  ['object of another realm', () => foreign('({a: [1]})'), /^{a: \[1\]}$/],
  ['array of another realm with a getter', () => Object.defineProperty(foreign('[1, 2]') as object, 1, { get: trap }), /^\[1, <accessor>\]$/],
  ['Map of another realm', () => foreign('new Map([[1, 2]])'), /^Map{1 => 2}$/],
  ['error of another realm', () => foreign('new RangeError("r")'), /^RangeError\("r"\)/],
  ['promise of another realm', () => foreign('Promise.resolve(1)'), /^<Promise>$/],
  [
    'Array.prototype of another realm with a getter',
    () => {
      const list = foreign('[1, , 3]') as object
      accessor(Object.getPrototypeOf(list) as object, '1')
      return list
    },
    /^\[1, <hole>, 3\]$/,
  ],
]
