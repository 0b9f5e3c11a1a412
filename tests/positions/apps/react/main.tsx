import { renderToString } from 'react-dom/server'
import { App } from './app.tsx'
import { Classic } from './classic.jsx'

console.log(renderToString(<App title="Cart" items={[1, 2, 3]} />))
console.log(renderToString(<Classic />))
