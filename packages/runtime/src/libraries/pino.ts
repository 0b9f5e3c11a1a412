/**
 * Pino 10 and 9: each line that its level lets through, as message and fields. All loggers of a copy of the package and their children share a prototype, by one
 * method of which they write; what they are bound to (`child({ … })`) is text by then and is not told.
 *
 * @table lines
 * @versions 10, 9
 * @told message as it is written, fields or error, also of children
 * @not-told what a child is bound to; what `mixin` adds
 */
import { ConsoleLevel } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { tellLine } from '../adapters/log-lines.ts'
import { isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { patchMethod } from '../adapters/patch.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { reflectApply } from '../recorder/intrinsics.ts'

export const pinoAdapter: LibraryAdapter = watchingAdapter('pino', recorder => new PinoWatch(recorder))

export const observe: Observe = registerLibrary(pinoAdapter, 'pino')

const LOGGER_METHODS = ['child', 'bindings', 'setBindings', 'isLevelEnabled'] as const

class PinoWatch {
  private readonly recorder: RecorderAccess
  private readonly patches = new PatchedPrototypes()

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null || isProxy(value)) return undefined
    const prototype = prototypeWith(value, LOGGER_METHODS)
    const write = prototype && Object.getOwnPropertySymbols(prototype).find(({ description }) => description === 'pino.write')
    if (prototype === undefined || write === undefined) return undefined
    return this.patches.once(prototype, () => this.patchWrite(prototype, write))
  }

  /** `write(fields, message, level)`: fields are an object, an error or null. */
  private patchWrite(prototype: object, write: symbol): Detach | undefined {
    const { recorder } = this
    return patchMethod(prototype, write, (original, state) => {
      const methods = {
        write(this: unknown): unknown {
          const [fields, message, level] = [arguments[0] as unknown, arguments[1] as unknown, arguments[2] as unknown]
          const result = reflectApply(original, this, arguments as never) // SAFE: as given
          const said = [message, fields].filter(each => each !== undefined && each !== null)
          if (state.isActive) tellLine(recorder, typeof level === 'number' ? levelOf(level) : ConsoleLevel.log, said)
          return result
        },
      }
      return methods.write
    })
  }
}

/** `fatal` is 60, `trace` 10; programs have numbers between. */
function levelOf(level: number): number {
  if (level >= 50) return ConsoleLevel.error
  if (level >= 40) return ConsoleLevel.warn
  return level >= 30 ? ConsoleLevel.info : ConsoleLevel.debug
}
