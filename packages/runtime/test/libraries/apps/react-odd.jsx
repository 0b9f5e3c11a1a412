// What a careless look at components would run, and more components than one commit records.
import { createElement, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { jsx } from 'react/jsx-runtime'

const log = []
let setRows
let setGiven
class Named {
  static get displayName() {
    log.push('name read')
    return 'Named'
  }
}
const Odd = Object.defineProperty(() => null, 'displayName', Object.getOwnPropertyDescriptor(Named, 'displayName'))
const given = n => ({
  n,
  get read() {
    log.push('prop read')
    return n
  },
})
function Reader() {
  const [n, set] = useState(0)
  setGiven = set
  return jsx(Odd, given(n))
}
const Row = () => null
function Rows() {
  const [count, set] = useState(0)
  setRows = set
  return Array.from({ length: count }, (_, index) => createElement(Row, { key: index }))
}

const root = createRoot(document.getElementById('root'))
const settled = () => new Promise(resolve => setTimeout(resolve, 50))
window.run = async () => {
  root.render([<Reader key="reader" />, <Rows key="rows" />])
  await settled()
  setGiven(1)
  await settled()
  setRows(1500)
  await settled()
  return log
}
window.more = async () => {
  setRows(3)
  await settled()
}
