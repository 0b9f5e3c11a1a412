/** Records console calls, after the original printed them with the same `this` and arguments; of `assert` those that failed. */
import { ConsoleLevel, EventKind } from '@hindscope/protocol'
import { reflectApply } from '../recorder/intrinsics.ts'
import type { Adapter } from './adapter.ts'
import { combine, objectAt, patchMethod } from './patch.ts'

export const consoleAdapter: Adapter = {
  id: 'console',
  attach(recorder, realm) {
    const console = objectAt(realm, 'console')
    if (console === undefined) return undefined
    return combine(
      Object.entries(ConsoleLevel).map(([name, level]) =>
        patchMethod(console, name, (original, state) => {
          const methods = {
            print(this: unknown, ...args: unknown[]): unknown {
              const result = reflectApply(original, this, args as never) // SAFE: what the caller gave
              const isSaid = level !== ConsoleLevel.assert || !args[0]
              if (isSaid && state.isActive && !recorder.isBusy()) recorder.record(EventKind.console, level, [args])
              return result
            },
          }
          return methods.print
        }),
      ),
    )
  },
}
