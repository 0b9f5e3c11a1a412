import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { keepLater, tell } from '../throws/stacks.ts'
import { PAGES } from './pages.ts'

for (const [label, component, fails] of PAGES) {
  const app = createSSRApp(component, { fails })
  app.config.warnHandler = () => undefined
  await keepLater(label, () => renderToString(app))
}
tell()
