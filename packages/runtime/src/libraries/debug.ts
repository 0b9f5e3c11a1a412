/**
 * debug 4 and 3: each line of a namespace that is enabled. What makes the functions is handed over as it is: the functions themselves say by its `formatArgs`,
 * which is called before colours and times are put in. Objects behind `%O` and the like are text by then.
 *
 * @table lines
 * @versions 4, 3
 * @told namespace, format and values; objects as the text that they are by then
 * @not-told what is not enabled
 */
import { ConsoleLevel } from '@hindscope/protocol'
import type { Detach } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { tellLine } from '../adapters/log-lines.ts'
import { dataOf, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { patchMethod } from '../adapters/patch.ts'
import { isArray, reflectApply } from '../recorder/intrinsics.ts'

export const debugAdapter: LibraryAdapter = {
  id: 'debug',
  observe(recorder, { value }): Detach | undefined {
    if (typeof value !== 'function' || isProxy(value) || prototypeWith(value, ['formatArgs', 'enable', 'coerce', 'log']) !== value) return undefined
    return patchMethod(value, 'formatArgs', (original, state) => {
      const methods = {
        format(this: unknown): unknown {
          const args: unknown = arguments[0]
          const namespace = typeof this === 'function' ? dataOf(this, 'namespace') : undefined
          if (state.isActive && isArray(args)) tellLine(recorder, ConsoleLevel.debug, [namespace, ...(isProxy(args) ? [] : args)])
          return reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.format
    })
  },
}

export const observe: Observe = registerLibrary(debugAdapter, 'debug')
