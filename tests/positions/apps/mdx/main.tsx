import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import Page, { shout } from './page.mdx'

console.log(renderToString(createElement(Page, { name: 'you' })), shout('x'))
