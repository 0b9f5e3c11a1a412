/** Before a trace is open: there are no sessions, and everything else is a failure that says how to get one. */
import type { AnswerOf, ControlClient, EngineClient } from './engine-client.ts'
import { failWith, succeed } from './failure.ts'

export const createNoEngine = (): EngineClient & ControlClient => ({
  ask: async method => {
    const none: AnswerOf<'sessions'> = []
    return method === 'sessions' ? succeed(none as never) : failWith('ui-no-trace', {}) // SAFE: the type of the answer goes with the method.
  },
  order: async () => failWith('ui-no-trace', {}),
  health: async () => failWith('ui-no-trace', {}),
})
