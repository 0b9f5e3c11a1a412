/**
 * Winston 3: each line that the logger's level lets through, as it was said. The methods of levels are those of one logger, which its children inherit; they come to
 * `log` where they have more than a message.
 *
 * @table lines
 * @versions 3
 * @told arguments as they were given, also of children
 * @not-told the logger that the module itself is; formats
 */
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { consoleLevelOf, tellLine } from '../adapters/log-lines.ts'
import { dataOf, isFound, isProxy, prototypeWith } from '../adapters/own-properties.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { PatchedPrototypes, watchingAdapter } from '../adapters/watching-adapter.ts'
import { keysOf, reflectApply } from '../recorder/intrinsics.ts'

export const winstonAdapter: LibraryAdapter = watchingAdapter('winston', recorder => new WinstonWatch(recorder))

export const observe: Observe = registerLibrary(winstonAdapter, 'winston')

type Method = (this: unknown, ...args: never[]) => unknown

const LOGGER_METHODS = ['log', 'child', 'isLevelEnabled', 'configure', '_transform'] as const

class WinstonWatch {
  private readonly recorder: RecorderAccess
  private readonly patches = new PatchedPrototypes()
  private isSaying = false

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  close(): void {
    this.patches.close()
  }

  observe(value: unknown): Detach | undefined {
    if (typeof value !== 'object' || value === null || isProxy(value)) return undefined
    const logger = prototypeWith(value, LOGGER_METHODS)
    // A child has them from its parent.
    let levels: unknown
    isFound(value, at => (levels = dataOf(at, 'levels')) !== undefined)
    if (logger === undefined || typeof levels !== 'object' || levels === null || isProxy(levels)) return undefined
    const isEnabled = dataOf(logger, 'isLevelEnabled') as Method // SAFE: prototypeWith says so
    const names = keysOf(levels).filter(name => typeof name === 'string')
    const own = names[0] === undefined ? undefined : prototypeWith(value, names)
    if (own === undefined || own === value) return undefined
    const shared = this.patches.once(logger, () => this.patch(logger, 'log', isEnabled, ([level]) => levelIn(level)))
    return combine([shared, this.patches.once(own, () => combine(names.map(name => this.patch(own, name, isEnabled, () => name))))])
  }

  private patch(target: object, key: string, isEnabled: Method, levelOf: (args: readonly unknown[]) => unknown): Detach | undefined {
    const say = (original: Method, self: unknown, args: readonly unknown[]): unknown => {
      if (this.isSaying) return reflectApply(original, self, args as never) // SAFE: as given
      // What is said as an object is written into when it is formatted.
      this.tell(isEnabled, self, levelOf(args), key === 'log' && args.length > 1 ? args.slice(1) : args)
      this.isSaying = true
      try {
        return reflectApply(original, self, args as never) // SAFE: as given
      } finally {
        this.isSaying = false
      }
    }
    return patchMethod(target, key, (original, state) => {
      const methods = {
        say(this: unknown, ...args: unknown[]): unknown {
          return state.isActive ? say(original, this, args) : reflectApply(original, this, args as never) // SAFE: as given
        },
      }
      return methods.say
    })
  }

  private tell(isEnabled: Method, logger: unknown, level: unknown, said: readonly unknown[]): void {
    try {
      if (reflectApply(isEnabled, logger, [level] as never) !== true) return // SAFE: of this class
    } catch {
      return // SAFE: a logger without such a level says nothing.
    }
    tellLine(this.recorder, consoleLevelOf(level), said)
  }
}

const levelIn = (given: unknown): unknown => (typeof given === 'object' && given !== null ? dataOf(given, 'level') : given)
