import { createApp } from 'vue'
import { note, tell } from '../throws/stacks.ts'
import { LATER, PAGES } from './pages.ts'

for (const [label, component, fails] of [...PAGES, ...LATER]) {
  const container = document.body.appendChild(document.createElement('div'))
  const app = createApp(component, { fails })
  app.config.warnHandler = () => undefined
  app.config.errorHandler = error => note(label, error)
  try {
    app.mount(container)
    container.querySelector('button')?.click()
  } catch (error) {
    note(label, error)
  }
}
tell()
