/** The smallest JSX: elements are plain objects, text is what they print as. */
export type Child = Element | string | number | readonly Child[]
export interface Element {
  readonly tag: string
  readonly props: Readonly<Record<string, string | number>>
  readonly children: readonly Child[]
}

declare global {
  namespace JSX {
    interface IntrinsicElements {
      [tag: string]: Readonly<Record<string, string | number>>
    }
  }
}

export function h(tag: string, props: Element['props'] | null, ...children: Child[]): Element {
  return { tag, props: props ?? {}, children }
}

export function toText(child: Child): string {
  if (typeof child === 'string' || typeof child === 'number') return String(child)
  if (isList(child)) return child.map(toText).join('')
  const attributes = Object.entries(child.props).map(([name, value]) => ` ${name}="${value}"`)
  return `<${child.tag}${attributes.join('')}>${child.children.map(toText).join('')}</${child.tag}>`
}

const isList = (child: Child): child is readonly Child[] => Array.isArray(child)
