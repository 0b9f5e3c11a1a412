/**
 * What to ask a trace for the render that an element on the page comes from: the query of its nearest component, made of what React, Preact, Vue and
 * Svelte leave on elements, and of what the adapters record. The last match is the newest render.
 *
 * React and Preact: the component's call with the very props that it has now, so of many rows of a list the one with this content is found. Vue: the
 * render activity. Svelte: what ran in the file that the element is written in (development). Else: the events that a person sent to the element.
 */
import { componentName, isComponent, isFiber } from '../adapters/react-fibers.ts'
import type { Fiber } from '../adapters/react-fibers.ts'
import { isObject, ownText, ownValue } from '../adapters/render-recorder.ts'
import { isInstance, nameOfComponent } from '../adapters/vue-instances.ts'

export interface ElementQuery {
  /** As people call it: `<CartLineRow>`, `button#add`. */
  readonly name: string
  /** In the query language, the newest first. */
  readonly query: string
}

/** Conditions on the props of one component, and how deep they look. */
const MAX_CONDITIONS = 6
const MAX_DEPTH = 2
const MAX_TEXT = 80

/** `elementName`: as the DOM adapter calls elements in its activities. */
export function elementQuery(element: Element, elementName: (element: Element) => string): ElementQuery {
  return fromReact(element) ?? fromPreact(element) ?? fromVue(element) ?? fromSvelte(element) ?? fromEvents(element, elementName)
}

const newest = (condition: string): string => `${condition} order by time desc`
const quoted = (text: string): string => JSON.stringify(text)
const render = (name: string): string => `activity = render and name ~ ${quoted(`<${name}>`)}`

/** The nearest value of a property of an element or of what it lies in. */
function nearest(element: Element, read: (element: Element) => unknown): unknown {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const found = read(at)
    if (found !== undefined && found !== null) return found
  }
  return undefined
}

const keyed = (element: Element, prefix: string): unknown => {
  const key = Object.keys(element).find(each => each.startsWith(prefix))
  return key === undefined ? undefined : ownValue(element, key)
}

function fromReact(element: Element): ElementQuery | undefined {
  const found = nearest(element, each => keyed(each, '__reactFiber$'))
  for (let fiber: Fiber | null = isFiber(found) ? found : null; fiber !== null; fiber = fiber.return) {
    if (isComponent(fiber))
      return ofFunction(componentName(fiber), fiber.memoizedProps, ownValue(ownValue(fiber.type, 'prototype'), 'render') !== undefined)
  }
  return undefined
}

/** Preact leaves its vnode on the container only; it leads down to the element. `__k`: children, `__e`: element, `__c`: component. */
function fromPreact(element: Element): ElementQuery | undefined {
  let component: object | undefined
  const look = (vnode: unknown, around: object | undefined): boolean => {
    if (!isObject(vnode)) return false
    const inner = isObject(ownValue(vnode, '__c')) ? vnode : around
    if (ownValue(vnode, '__e') === element && typeof ownValue(vnode, 'type') === 'string') {
      component = inner
      return true
    }
    const children = ownValue(vnode, '__k')
    return Array.isArray(children) && children.some(child => look(child, inner))
  }
  const root = nearest(element, each => ownValue(each, '__k'))
  if (!look(root, undefined) || component === undefined) return undefined
  const type = ownValue(component, 'type')
  const name = ownText(type, 'displayName') ?? ownText(type, 'name')
  return name === undefined ? undefined : ofFunction(name, ownValue(component, 'props'), false)
}

function fromVue(element: Element): ElementQuery | undefined {
  const instance = nearest(element, each => ownValue(each, '__vueParentComponent'))
  if (!isInstance(instance)) return undefined
  const name = nameOfComponent(instance)
  return { name: `<${name}>`, query: newest(`${render(name)} and not (name ~ "unmount")`) }
}

function fromSvelte(element: Element): ElementQuery | undefined {
  const file = ownText(
    ownValue(
      nearest(element, each => ownValue(each, '__svelte_meta')),
      'loc',
    ),
    'file',
  )
  if (file === undefined) return undefined
  const [, folder = '', base = file] = /^(.*\/)?([^/]+?)(?:\.svelte)?$/.exec(file) ?? []
  const component = `${base.slice(0, 1).toUpperCase()}${base.slice(1).replace(/\W/g, '_')}`
  return { name: `<${component}>`, query: newest(`${render(component)} or (kind = callEnter and file ~ ${quoted(`${folder}${base}.svelte`)})`) }
}

function fromEvents(element: Element, elementName: (element: Element) => string): ElementQuery {
  const name = elementName(element)
  return { name, query: newest(`activity = domEvent and name ~ ${quoted(name)}`) }
}

/** Classes have a `render` of their own; what of them is known is the activity. */
function ofFunction(name: string, props: unknown, isClass: boolean): ElementQuery {
  const call = ['kind = callEnter', `function = ${quoted(name)}`, ...conditions(props)].join(' and ')
  return { name: `<${name}>`, query: newest(isClass || name === 'Anonymous' ? render(name) : call) }
}

/** Texts, numbers and booleans among own data of the props, by the names that a destructuring parameter gives them, or below `props`. */
function conditions(props: unknown): readonly string[] {
  const found: string[] = []
  const look = (value: unknown, path: string, depth: number): void => {
    if (!isObject(value) || typeof value === 'function' || Array.isArray(value)) return
    for (const key of Object.keys(value)) {
      if (found.length >= MAX_CONDITIONS) return
      if (!/^[A-Za-z_$][\w$]*$/.test(key) || key === 'children') continue
      const inner = ownValue(value, key)
      const text = literal(inner)
      if (text !== undefined) found.push(`(args.${path}${key} = ${text} or args.props.${path}${key} = ${text})`)
      else if (depth < MAX_DEPTH) look(inner, `${path}${key}.`, depth + 1)
    }
  }
  look(props, '', 1)
  return found
}

function literal(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length <= MAX_TEXT ? quoted(value) : undefined
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) < 1e15 ? String(value) : undefined
  return typeof value === 'boolean' ? String(value) : undefined
}
