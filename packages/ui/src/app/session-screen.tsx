/** The session as a whole: how it was recorded, what it is made of, how it ran, how it differs from another; and the reader's settings. */
import { useEffect, useRef } from 'preact/hooks'
import type { VNode } from 'preact'
import { SCREEN_TABS } from '../core/view-state.ts'
import type { ScreenTab } from '../core/view-state.ts'
import { onDemand } from '../widgets/on-demand.tsx'
import { Tabs, tabPanel } from '../widgets/tabs.tsx'
import { useBench } from './context.ts'

const CompareScreen = onDemand('Compare', () => import('../screens/compare.tsx').then(part => part.CompareScreen))
const HealthScreen = onDemand('Health', () => import('../screens/health.tsx').then(part => part.HealthScreen))
const PerformanceScreen = onDemand('Performance', () => import('../screens/performance.tsx').then(part => part.PerformanceScreen))
const SettingsScreen = onDemand('Settings', () => import('../screens/settings.tsx').then(part => part.SettingsScreen))
const SizeScreen = onDemand('Size', () => import('../screens/size.tsx').then(part => part.SizeScreen))

const WORDS: Readonly<Record<ScreenTab, string>> = {
  health: 'Health',
  size: 'Size',
  performance: 'Performance',
  compare: 'Compare',
  settings: 'Settings',
}

export function SessionScreen(): VNode {
  const { model } = useBench()
  const dialog = useRef<HTMLDialogElement>(null)
  const { screen } = model.view.value
  const isOpen = screen !== undefined
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal()
    else if (!isOpen) dialog.current?.close()
  }, [isOpen])
  return (
    <dialog
      ref={dialog}
      class="session-screen"
      aria-labelledby="session-screen-title"
      onClose={() => model.view.peek().screen !== undefined && model.adjust({ screen: undefined })}
    >
      <form method="dialog" class="session-screen-head">
        <h2 id="session-screen-title">Session</h2>
        <button class="button">Close</button>
      </form>
      {screen !== undefined && (
        <>
          <Tabs
            label="Session"
            name="session-screen"
            items={SCREEN_TABS.map(id => ({ id, label: WORDS[id] }))}
            selected={screen}
            onSelect={next => model.adjust({ screen: next })}
          />
          <div class="session-screen-body" data-testid={`screen-${screen}`} tabIndex={0} {...tabPanel('session-screen', screen)}>
            {screen === 'health' && <HealthScreen />}
            {screen === 'size' && <SizeScreen />}
            {screen === 'performance' && <PerformanceScreen />}
            {screen === 'compare' && <CompareScreen />}
            {screen === 'settings' && <SettingsScreen />}
          </div>
        </>
      )}
    </dialog>
  )
}
