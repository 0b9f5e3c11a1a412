/** Reading objects of the platform by the platform's own getters, whatever the program has put onto them or their prototypes since. */
import { reflectApply } from '../recorder/intrinsics.ts'
import { objectAt } from './patch.ts'

/** A native getter of an interface, for objects that have its slots; undefined for others. */
export function reader(realm: object, interfaceName: string, key: string): (target: unknown) => unknown {
  const prototype = objectAt(objectAt(realm, interfaceName) ?? {}, 'prototype')
  const get = prototype && Reflect.getOwnPropertyDescriptor(prototype, key)?.get
  return target => {
    try {
      return get && reflectApply(get, target, [])
    } catch {
      return undefined // SAFE: not an object of this interface, or a frame without an origin.
    }
  }
}

/** Names elements as `button#save.primary`, the window and the document by these words, and everything else ''. */
export function elementNamer(realm: object): (target: unknown) => string {
  const document = objectAt(realm, 'document')
  const nameOf = reader(realm, 'Element', 'localName')
  const idOf = reader(realm, 'Element', 'id')
  const classesOf = reader(realm, 'Element', 'className')
  return target => {
    const name = nameOf(target)
    if (name === undefined) return target === realm ? 'window' : target === document ? 'document' : ''
    const id = idOf(target)
    const classes = classesOf(target)
    const first = typeof classes === 'string' ? classes.trim().split(/\s+/)[0] : ''
    return `${String(name)}${id ? `#${String(id)}` : ''}${first ? `.${first}` : ''}`
  }
}
