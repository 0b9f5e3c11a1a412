import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { HindscopeError } from '@hindscope/protocol'
import type { Host, TracePage } from '../core/trace-page.ts'
import type { Settings } from '../core/settings.ts'
import type { Workbench } from '../core/workbench.ts'
import type { Theme } from '../theme/theme.ts'
import type { Layout } from './layout-state.ts'

export interface App {
  readonly bench: Workbench
  readonly theme: Theme
  readonly layout: Layout
  readonly settings: Settings
  readonly page: TracePage
  /** Where `bench` asks. */
  readonly host: Host
}

export const AppContext: preact.Context<App | undefined> = createContext<App | undefined>(undefined)

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new HindscopeError('ui-not-mounted')
  return app
}

export const useBench = (): Workbench => useApp().bench
