import { useMemo } from 'preact/hooks'
import type { VNode } from 'preact'
import { formatCount } from '../core/time-text.ts'
import { LEFT_TABS } from '../core/view-state.ts'
import type { LeftTab, RightTab } from '../core/view-state.ts'
import { noCollector } from '../core/workbench-states.ts'
import { valueOf } from '../engine/resource.ts'
import { CallsPanel } from '../panels/calls.tsx'
import { DiffPanel } from '../panels/diff.tsx'
import { EventPanel } from '../panels/event-detail.tsx'
import { EventsPanel } from '../panels/events.tsx'
import { IncidentsPanel } from '../panels/incidents.tsx'
import { LevelsPanel } from '../panels/levels.tsx'
import { LogpointsPanel } from '../panels/logpoints.tsx'
import { NotesPanel } from '../panels/notes.tsx'
import { ProblemsPanel } from '../panels/problems.tsx'
import { SearchPanel } from '../panels/search.tsx'
import { SourcePanel } from '../panels/source.tsx'
import { StackPanel } from '../panels/stack.tsx'
import { ValuesPanel } from '../panels/values.tsx'
import { Overview } from '../timeline/overview.tsx'
import { createTimelineModel } from '../timeline/timeline-model.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { onDemand } from '../widgets/on-demand.tsx'
import { FailureView } from '../widgets/states.tsx'
import { Splitter } from '../widgets/splitter.tsx'
import { Tabs, tabPanel } from '../widgets/tabs.tsx'
import { Banners } from './banners.tsx'
import { useApp } from './context.ts'
import { FileHome } from './file-home.tsx'
import { Help } from './help.tsx'
import { COMPACT_TABS } from './layout-state.ts'
import type { CompactTab } from './layout-state.ts'
import { Notices } from './notices.tsx'
import { filesOver } from './open-files.ts'
import { OpeningView } from './opening-view.tsx'
import { Palette } from './palette.tsx'
import { SessionScreen } from './session-screen.tsx'
import { StatusBar } from './status-bar.tsx'
import { TopBar } from './top-bar.tsx'
import { Welcome } from './welcome.tsx'

const FlamePanel = onDemand('Flame', () => import('../panels/flame.tsx').then(part => part.FlamePanel))
const NetworkPanel = onDemand('Network', () => import('../panels/network.tsx').then(part => part.NetworkPanel))
const SequencePanel = onDemand('Sequence', () => import('../panels/sequence.tsx').then(part => part.SequencePanel))
const StatePanel = onDemand('State', () => import('../panels/state.tsx').then(part => part.StatePanel))

export function Workspace(): VNode {
  return (
    <div class="shell">
      <TopBar />
      <div class="middle">
        <Banners />
        <Middle />
      </div>
      <StatusBar />
      <Notices />
      <Help />
      <Palette />
      <SessionScreen />
      {filesOver.value && <div class="drop-over">Drop to open</div>}
    </div>
  )
}

function Middle(): VNode {
  const { bench, page, host } = useApp()
  const sessions = bench.sessions.state.value
  const isEmpty = sessions.status === 'ready' && sessions.value.length === 0 && bench.model.session.value === undefined
  const isUnreachable = sessions.status === 'failed' && valueOf(bench.session.state.value) === undefined
  const unknown = bench.session.state.value.status === 'failed' ? bench.session.state.value.failure : undefined
  if (page.opening.value) return <OpeningView opening={page.opening.value} />
  if (host.kind === 'none') return <FileHome />
  if (isEmpty) return <Welcome />
  const silent = noCollector(bench)
  if (silent) return <FileHome noCollector={silent} />
  if (isUnreachable) {
    return (
      <main class="only">
        <FailureView failure={sessions.failure} retry={bench.sessions.reload} />
      </main>
    )
  }
  return (
    <>
      {unknown && !(host.kind === 'collector' && host.isGone.value) && <FailureView failure={unknown} retry={bench.session.reload} />}
      <Panes />
    </>
  )
}

const COMPACT_WORDS: Readonly<Record<CompactTab, string>> = { timeline: 'Timeline', list: 'Lists', source: 'Source', values: 'Values' }

function Panes(): VNode {
  const { bench, layout } = useApp()
  const timeline = useMemo(() => createTimelineModel(bench), [])
  const { cssLeft, cssRight, cssTimeline, leftFolded, rightFolded, compact } = layout
  const measured = (): number => document.querySelector('.timeline')?.clientHeight ?? 200
  return (
    <main class="panes" data-compact={compact.value}>
      <Overview timeline={timeline} />
      <div class="compact-tabs">
        <Tabs
          label="Panes"
          name="compact"
          items={COMPACT_TABS.map(id => ({ id, label: COMPACT_WORDS[id] }))}
          selected={compact.value}
          onSelect={id => (compact.value = id)}
        />
      </div>
      <div class="compact-panel" id="compact-panel">
        <Timeline timeline={timeline} />
        <Splitter label="Height of the timeline" axis="y" sign={1} size={cssTimeline} least={70} most={700} initial={0} measured={measured} />
        <div class="columns">
          {!leftFolded.value && (
            <>
              <div class="left-pane" style={{ '--pane': `${cssLeft.value}px` }}>
                <LeftPane />
              </div>
              <Splitter label="Width of the lists" axis="x" sign={1} size={cssLeft} least={220} most={900} initial={400} />
            </>
          )}
          <SourcePanel />
          {!rightFolded.value && (
            <>
              <Splitter label="Width of the values" axis="x" sign={-1} size={cssRight} least={220} most={900} initial={360} />
              <div class="right-pane" style={{ '--pane': `${cssRight.value}px` }}>
                <RightPane />
              </div>
            </>
          )}
        </div>
      </div>
    </main>
  )
}

function LeftPane(): VNode {
  const { bench } = useApp()
  const found = bench.problems.state.value
  const problems = valueOf(found)
  const chosen = bench.model.view.value.left
  const selected: LeftTab = chosen ?? (problems && problems.length > 0 ? 'problems' : found.status === 'ready' ? 'calls' : 'problems')
  const summary = valueOf(bench.session.state.value)
  const counts: Readonly<Record<LeftTab, number | undefined>> = {
    problems: problems?.length,
    calls: summary?.calls,
    events: summary?.events,
    incidents: summary?.incidents,
    levels: undefined,
    notes: bench.notes.list.value.length || undefined,
    search: undefined,
    logpoints: bench.model.view.value.logpoints?.length,
    flame: undefined,
    network: undefined,
    sequence: undefined,
    state: undefined,
  }
  const words: Readonly<Record<LeftTab, string>> = {
    problems: 'Problems',
    calls: 'Calls',
    events: 'Events',
    incidents: 'Incidents',
    levels: 'Levels',
    notes: 'Notes',
    search: 'Search',
    logpoints: 'Logpoints',
    flame: 'Flame',
    network: 'Network',
    sequence: 'Sequence',
    state: 'State',
  }
  const items = LEFT_TABS.map(id => ({
    id,
    label: words[id],
    ...(counts[id] !== undefined && { badge: formatCount(counts[id]) }),
    ...(id === 'problems' && (counts.problems ?? 0) > 0 && { tone: 'error' as const }),
  }))
  return (
    <section class="panel" aria-label="Lists">
      <Tabs label="Lists" name="left" items={items} selected={selected} onSelect={left => bench.model.adjust({ left })} />
      <div class="panel-body" {...tabPanel('left', selected)}>
        {selected === 'problems' && <ProblemsPanel />}
        {selected === 'calls' && <CallsPanel />}
        {selected === 'events' && <EventsPanel />}
        {selected === 'incidents' && <IncidentsPanel />}
        {selected === 'levels' && <LevelsPanel />}
        {selected === 'search' && <SearchPanel />}
        {selected === 'logpoints' && <LogpointsPanel />}
        {selected === 'notes' && <NotesPanel />}
        {selected === 'flame' && <FlamePanel />}
        {selected === 'network' && <NetworkPanel />}
        {selected === 'sequence' && <SequencePanel />}
        {selected === 'state' && <StatePanel />}
      </div>
    </section>
  )
}

const RIGHT_WORDS: readonly { readonly id: RightTab; readonly label: string }[] = [
  { id: 'values', label: 'Values' },
  { id: 'stack', label: 'Stack' },
  { id: 'event', label: 'Event' },
  { id: 'diff', label: 'Diff' },
]

function RightPane(): VNode {
  const { bench } = useApp()
  const selected = bench.model.view.value.right ?? 'values'
  const depth = valueOf(bench.stack.state.value)?.length
  const items = RIGHT_WORDS.map(item => ({ ...item, ...(item.id === 'stack' && depth !== undefined && { badge: String(depth) }) }))
  return (
    <section class="panel" aria-label="Inspector">
      <Tabs label="Inspector" name="right" items={items} selected={selected} onSelect={right => bench.model.adjust({ right })} />
      <div class="panel-body" {...tabPanel('right', selected)}>
        {selected === 'values' && <ValuesPanel />}
        {selected === 'stack' && <StackPanel />}
        {selected === 'event' && <EventPanel />}
        {selected === 'diff' && <DiffPanel />}
      </div>
    </section>
  )
}
