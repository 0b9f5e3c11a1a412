import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { HindscopeError } from '@hindscope/protocol'
import type { Workbench } from '../core/workbench.ts'
import type { Theme } from '../theme/theme.ts'
import type { Layout } from './layout-state.ts'

export interface App {
  readonly bench: Workbench
  readonly theme: Theme
  readonly layout: Layout
}

export const AppContext: preact.Context<App | undefined> = createContext<App | undefined>(undefined)

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new HindscopeError('ui-not-mounted')
  return app
}

export const useBench = (): Workbench => useApp().bench
