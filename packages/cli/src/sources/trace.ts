/** A trace that a command reads, wherever it lies. */
import { HindscopeError } from '@hindscope/protocol'
import type { Damage, SessionSummary, TraceEngine } from '@hindscope/protocol'

export interface OpenTrace extends AsyncDisposable {
  /** What people call it: the file, the collector's address, the folder. */
  readonly name: string
  readonly engine: TraceEngine
  /** Damage of the file, whichever session it belongs to. */
  readonly damage: readonly Damage[]
  readonly bytes?: number
}

/** The session that a command means: the one named by id or first digits, else the newest. */
export async function pickSession(trace: OpenTrace, target: string | undefined): Promise<SessionSummary> {
  const sessions = (await trace.engine.sessions()).toSorted((a, b) => b.startedMs - a.startedMs)
  const [newest] = sessions
  if (newest === undefined) {
    if (trace.bytes !== undefined) throw new HindscopeError('cli-not-a-trace', { file: trace.name, damage: String(trace.damage.length) })
    throw new HindscopeError('cli-no-session', { folder: trace.name })
  }
  if (trace.bytes !== undefined || target === undefined) return newest
  const named = sessions.find(each => each.session.startsWith(target))
  if (named !== undefined) return named
  throw new HindscopeError('cli-session-unknown', { session: target, folder: trace.name, known: sessions.map(each => each.session).join(', ') })
}
