/**
 * Gives the text of a function as its author wrote it. Programs read it: to run a function elsewhere (page.evaluate, workers made from
 * text, `$where`), to find parameter names, to compute a hash. The probes in it would change the result, and would not run where no hook
 * is. The wrappers of this package read as the native functions that they stand for.
 */
import { SPAN_DELIMITERS, restore } from '@hindscope/protocol'
import { prototypeOf, reflectApply, setPrototype, stringIncludes } from '../recorder/intrinsics.ts'
import type { Adapter } from './adapter.ts'
import { objectAt, originalOf, patchMethod } from './patch.ts'

const MAX_NESTED_PATCHES = 16

/** The native function behind a wrapper, or behind a wrapper of a wrapper. */
function innermost(value: unknown, patches: number): unknown {
  const inner = originalOf(value)
  return inner === undefined || patches === 0 ? value : innermost(inner, patches - 1)
}

export const functionTextAdapter: Adapter = {
  id: 'function-text',
  attach(recorder, realm) {
    const prototype = objectAt(objectAt(realm, 'Function') ?? {}, 'prototype')
    if (prototype === undefined) return undefined
    return patchMethod(prototype, 'toString', original => {
      const methods = {
        toString(this: unknown): unknown {
          const text = reflectApply(original, innermost(this, MAX_NESTED_PATCHES), [])
          return typeof text === 'string' && SPAN_DELIMITERS.some(delimiter => stringIncludes(text, delimiter)) ? restored(text) : text
        },
      }
      // A wrapper in another realm's global must not be an object of this realm.
      setPrototype(methods.toString, prototypeOf(original))
      return methods.toString
    })

    function restored(text: string): string {
      try {
        return restore(text)
      } catch {
        recorder.fail('adapter-failed') // SAFE: the program gets the text with its probes; counted.
        return text
      }
    }
  },
}
