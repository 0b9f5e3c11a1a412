/** How much of each function is recorded, and the controls to change it while the program runs. */
import { useState } from 'preact/hooks'
import type { VNode } from 'preact'
import { LEVELS, levelDigit } from '@hindscope/protocol'
import type { FunctionLevel, Level, LevelRule, TrackLevel } from '@hindscope/protocol'
import { useBench } from '../app/context.ts'
import { formatCount, formatExact } from '../core/time-text.ts'
import { failureText } from '../engine/failure.ts'
import { valueOf } from '../engine/resource.ts'
import { Answer, Empty } from '../widgets/states.tsx'

/** What stands for the realms where they differ: the least. */
const lowest = ({ built, tracks }: FunctionLevel): TrackLevel | { readonly level: Level; readonly changes: 0 } =>
  tracks.toSorted((a, b) => levelDigit(a.level) - levelDigit(b.level))[0] ?? { level: built, changes: 0 }

export function LevelsPanel(): VNode {
  const bench = useBench()
  const [text, setText] = useState('')
  const isLive = valueOf(bench.session.state.value)?.live === true
  return (
    <div class="levels" data-testid="panel-levels">
      <input
        type="search"
        class="levels-filter"
        placeholder="File or function"
        aria-label="Filter of functions"
        value={text}
        onInput={event => setText(event.currentTarget.value)}
      />
      <Answer loaded={bench.levels.state.value} label="levels" retry={bench.levels.reload}>
        {({ functions, total }) => {
          const shown = functions.filter(({ name, location }) => `${location.file}:${name}`.toLowerCase().includes(text.toLowerCase()))
          if (shown.length === 0)
            return <Empty title="No function is known">Functions show up when their module is loaded and its manifest is there.</Empty>
          return (
            <>
              {total > functions.length && (
                <p class="levels-note">{`The first ${formatExact(functions.length)} of ${formatExact(total)} functions.`}</p>
              )}
              <ul class="level-list" aria-label="Levels">
                {shown.map((each, i) => (
                  <FunctionRow
                    key={`${each.location.file}:${each.location.line}:${each.location.column}`}
                    each={each}
                    isLive={isLive}
                    isFirst={shown[i - 1]?.location.file !== each.location.file}
                  />
                ))}
              </ul>
            </>
          )
        }}
      </Answer>
    </div>
  )
}

function FunctionRow({ each, isLive, isFirst }: { readonly each: FunctionLevel; readonly isLive: boolean; readonly isFirst: boolean }): VNode {
  const bench = useBench()
  const { name, location, built, calls, counted } = each
  const now = lowest(each)
  const changes = each.tracks.reduce((sum, track) => sum + track.changes, 0)
  const { file } = location
  const ref = 'ref' in now ? now.ref : undefined
  return (
    <>
      {isFirst && (
        <li class="level-file">
          <span class="level-path" title={file}>
            {file}
          </span>
          <LevelSelect label={`Level of all functions in ${file}`} built="statements" level={undefined} isLive={isLive} rule={{ file }} />
        </li>
      )}
      <li class={`level-row${now.level === built ? '' : ' level-changed'}`} data-testid="level-row">
        <button type="button" class="level-name" onClick={() => bench.model.commit({ source: { path: file, line: location.line } })}>
          {name}
        </button>
        <span class="level-calls" title={`${formatExact(calls)} calls recorded${counted > 0 ? `, ${formatExact(counted)} only counted` : ''}`}>
          {formatCount(calls)}
          {counted > 0 && ` + ${formatCount(counted)}`}
        </span>
        <LevelSelect label={`Level of ${name}`} built={built} level={now.level} isLive={isLive} rule={{ file, function: name }} />
        {changes > 0 && (
          <span class="level-why">
            {now.level === built ? 'Changed' : `${now.level}`}
            {'by' in now && now.by !== undefined && ` by ${now.by}`}
            {'reason' in now && now.reason !== undefined && ` (${now.reason})`}
            {`, ${formatExact(changes)} ${changes === 1 ? 'change' : 'changes'}: calls without a trace may have happened. `}
            {ref && (
              <button type="button" class="link-button" onClick={() => bench.jump(ref)}>
                Show the last
              </button>
            )}
          </span>
        )}
      </li>
    </>
  )
}

/** No more than was built in can be chosen. `level` undefined: of several functions. */
function LevelSelect(props: {
  readonly label: string
  readonly built: Level
  readonly level: Level | undefined
  readonly isLive: boolean
  readonly rule: Pick<LevelRule, 'file' | 'function'>
}): VNode {
  const { model, engine, levels } = useBench()
  const change = async (level: LevelRule['level']): Promise<void> => {
    const session = model.session.peek()
    if (session === undefined) return
    const result = await engine.order('setLevels', { session, rules: [{ ...props.rule, level }] })
    if (!result.ok) model.notify(failureText(result.failure), 'problem')
    else if (result.value.realms > result.value.answered) model.notify(`${result.value.realms - result.value.answered} realms have not answered yet.`)
    levels.reload()
  }
  return (
    <select
      class="level-select"
      aria-label={props.label}
      title={props.isLive ? props.label : 'The session is not being recorded any more.'}
      disabled={!props.isLive}
      value={props.level ?? ''}
      onChange={event => void change(event.currentTarget.value as LevelRule['level'])} // SAFE: the options below
    >
      {props.level === undefined && <option value="">all …</option>}
      {LEVELS.slice(0, levelDigit(props.built) + 1).map(level => (
        <option key={level} value={level}>
          {level}
        </option>
      ))}
      <option value="plan">as built</option>
    </select>
  )
}
