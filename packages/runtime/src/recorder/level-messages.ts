/** Levels that the collector asks for (LevelsControl). */
import type { LevelsControl, ReportBodies } from '@hindscope/protocol'
import type { ControlListener } from '../control-topics.ts'
import { isArray, keysOf } from './intrinsics.ts'
import type { Recorder } from './recorder.ts'

const MOST = 4

/** Nothing of a message is applied unless all of it is sound. */
export function levelListener(recorder: Recorder, report: (body: ReportBodies['levels']) => void): ControlListener {
  return body => {
    const { revision, modules } = body as LevelsControl // SAFE: checked here; `null` throws, which the caller counts
    if (typeof revision !== 'number' || typeof modules !== 'object') return false
    const keys = keysOf(modules) as string[] // SAFE: JSON has no other keys
    for (let i = 0; i < keys.length; i++) if (!isWish(modules[keys[i] as string])) return false // SAFE: below the length, here and below
    let changed = 0
    for (let i = 0; i < keys.length; i++) changed += recorder.askLevels(keys[i] as string, modules[keys[i] as string] as readonly number[])
    report({ revision, changed, atUs: recorder.clock.exactUs() })
    return true
  }
}

function isWish(list: unknown): boolean {
  if (!isArray(list) || list.length % 3 !== 0) return false
  for (let i = 0; i < list.length; i++) {
    const value = list[i]
    if (typeof value !== 'number' || value >>> 0 !== value || (i % 3 === 2 && value > MOST)) return false
  }
  return true
}
