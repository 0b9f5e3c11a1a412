/** Frames of the page that took long (over 50 ms), with the scripts that ran in them; long tasks where a browser knows no long animation frames. */
import { EventKind } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from './adapter.ts'
import { numberOf, observeEntries, rounded, textOf } from './page-entries.ts'
import type { Entry } from './page-entries.ts'

/** Scripts of one frame, the longest first. */
const MOST_SCRIPTS = 5

export function watchLongFrames(recorder: RecorderAccess, realm: object): Detach | undefined {
  const tell = (fields: object): void => recorder.record(EventKind.metric, 0, [fields])
  return (
    observeEntries(recorder, realm, 'long-animation-frame', entries => entries.forEach(entry => tell(frameOf(entry)))) ??
    observeEntries(recorder, realm, 'longtask', entries => entries.forEach(entry => tell(timesOf('long task', entry))))
  )
}

const timesOf = (name: string, entry: Entry): object => ({
  name,
  value: rounded(numberOf(entry, 'duration')),
  unit: 'ms',
  startMs: rounded(numberOf(entry, 'startTime')),
})

function frameOf(entry: Entry): object {
  const given: unknown = entry['scripts']
  const scripts = Array.isArray(given) ? (given as Entry[]) : [] // SAFE: the platform's list
  const longest = [...scripts].sort((a, b) => numberOf(b, 'duration') - numberOf(a, 'duration')).slice(0, MOST_SCRIPTS)
  return { ...timesOf('long frame', entry), blockingMs: rounded(numberOf(entry, 'blockingDuration')), scripts: longest.map(scriptOf) }
}

/** `invoker`: `BUTTON#save.onclick`, `TimerHandler:setTimeout`, the address of a script that was run. The place is one of the delivered text. */
function scriptOf(script: Entry): object {
  const url = textOf(script, 'sourceURL')
  const position = numberOf(script, 'sourceCharPosition')
  const name = textOf(script, 'sourceFunctionName')
  return {
    invoker: textOf(script, 'invoker') ?? '',
    ms: rounded(numberOf(script, 'duration')),
    ...(name === undefined ? {} : { function: name }),
    ...(url === undefined ? {} : { source: position > 0 ? `${url}:${position}` : url }),
    ...(numberOf(script, 'forcedStyleAndLayoutDuration') > 0 ? { layoutMs: rounded(numberOf(script, 'forcedStyleAndLayoutDuration')) } : {}),
  }
}
