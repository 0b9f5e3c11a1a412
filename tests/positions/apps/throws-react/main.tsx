import { renderToString } from 'react-dom/server'
import { PAGES } from './pages.tsx'
import { keep, tell } from '../throws/stacks.ts'

for (const [label, element] of PAGES) keep(label, () => renderToString(element()))
tell()
