import { renderToString } from 'react-dom/server'
import { App } from './app.tsx'
import { Form } from './form.tsx'

console.log(renderToString(<App title="Cart" items={[1, 2, 3]} />))
console.log(renderToString(<Form initial="a" onSave={value => console.log(value)} />))
