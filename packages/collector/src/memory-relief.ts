/** What the collector gives up when its memory runs short (memory-pressure.ts), and how it comes back. */
import { HindscopeError } from '@hindscope/protocol'
import type { Intake } from './intake.ts'
import type { LevelControl } from './level-control.ts'
import type { MemoryStep, MemoryUse } from './memory-pressure.ts'
import type { RecordingNotes } from './recording-notes.ts'
import type { SessionShelf } from './session-shelf.ts'

/** A session is idle after this. */
const IDLE_MS = 1_000
/** From this step on realms are held to this level: calls without their values. */
const LIMIT_STEP = 3
const LIMIT_LEVEL = 'calls'
const SHUT_STEP = 4

const ACTIONS: Readonly<Record<MemoryStep, string>> = {
  0: 'there is room again',
  1: 'old sessions are read anew when they are asked for',
  2: 'sessions that are not being recorded leave the memory',
  3: 'realms are asked to record calls without values',
  4: 'nothing is taken any more, recorders keep what they have',
}

/** What was done, since the collector began. */
export interface ReliefStats {
  /** Times that each step was entered, from the first on. */
  readonly entered: readonly [number, number, number, number]
  readonly sessionsForgotten: number
  readonly sessionsUnloaded: number
}

export interface ReliefParts {
  readonly shelf: SessionShelf
  readonly intake: Intake
  readonly levels: LevelControl
  readonly notes: RecordingNotes
}

export class MemoryRelief {
  private readonly parts: ReliefParts
  private readonly entered: [number, number, number, number] = [0, 0, 0, 0]
  private sessionsForgotten = 0
  private sessionsUnloaded = 0
  private hasWarned = false

  constructor(parts: ReliefParts) {
    this.parts = parts
  }

  get stats(): ReliefStats {
    const { sessionsForgotten, sessionsUnloaded } = this
    return { entered: [...this.entered], sessionsForgotten, sessionsUnloaded }
  }

  /** For MemoryWatch: the first two steps give up more at each look, the others hold as long as they last. */
  readonly onStep = (step: MemoryStep, before: MemoryStep, use: MemoryUse): boolean => {
    const { shelf } = this.parts
    const forgotten = step >= 1 ? shelf.forgetRead() : 0
    const unloaded = step >= 2 && shelf.unloadIdle(IDLE_MS) !== undefined ? 1 : 0
    this.sessionsForgotten += forgotten
    this.sessionsUnloaded += unloaded
    if (step !== before) this.change(step, before, use)
    if (step >= SHUT_STEP) this.parts.intake.probe()
    return forgotten + unloaded > 0
  }

  private change(step: MemoryStep, before: MemoryStep, use: MemoryUse): void {
    const { intake, levels } = this.parts
    for (let entered = before + 1; entered <= step; entered++) this.entered[entered - 1] = (this.entered[entered - 1] ?? 0) + 1
    levels.setLimit(step >= LIMIT_STEP ? LIMIT_LEVEL : undefined)
    if (step >= SHUT_STEP) intake.shut()
    else intake.reopen()
    this.tell(step, before, use)
  }

  private tell(step: MemoryStep, before: MemoryStep, use: MemoryUse): void {
    const { notes } = this.parts
    const problem = new HindscopeError('memory-pressure', {
      percent: String(Math.round(use.percent)),
      limit: String(Math.round(use.limitBytes / 1024 / 1024)),
      action: ACTIONS[step],
    })
    if (step > before && step >= 2 && !this.hasWarned) {
      this.hasWarned = true
      process.emitWarning(problem)
    }
    // The first step takes nothing away from any recording.
    if (step >= 2 || before >= 2) notes.memory(step >= 2 ? problem.message : undefined)
    if (step >= SHUT_STEP) notes.tellRealms({ state: 'paused', reason: 'memory' })
    else if (before >= SHUT_STEP) notes.tellRealms({ state: 'taking' })
  }
}
