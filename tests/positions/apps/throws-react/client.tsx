import { createRoot } from 'react-dom/client'
import { flushSync } from 'react-dom'
import { HANDLED, PAGES } from './pages.tsx'
import { note, tell } from '../throws/stacks.ts'

const render = (label: string, element: () => React.ReactElement): HTMLElement => {
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container, { onUncaughtError: error => note(label, error) })
  flushSync(() => root.render(element()))
  return container
}
for (const [label, element] of PAGES) render(label, element)
for (const [label, element] of HANDLED) {
  const listener = (event: ErrorEvent): void => {
    event.preventDefault()
    note(label, event.error)
  }
  addEventListener('error', listener)
  const button = render(label, element).querySelector('button')
  if (button) flushSync(() => button.click())
  removeEventListener('error', listener)
}
tell()
