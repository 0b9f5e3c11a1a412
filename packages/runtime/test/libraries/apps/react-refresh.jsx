// Fast Refresh as bundlers have it: the module comes again with another component under the same id, and the state stays.
import { useState } from 'react'
import { createRoot } from 'react-dom/client'

const { register, validateRefreshBoundaryAndEnqueueUpdate, createSignatureFunctionForTransform } = window.refresh
const log = []
let set
function define(text) {
  const sign = createSignatureFunctionForTransform()
  function Counter() {
    sign()
    const [n, setN] = useState(1)
    set = setN
    log.push(`render ${text}`)
    return `${text} ${n}`
  }
  sign(Counter, 'useState{[n, setN](1)}')
  register(Counter, 'counter.jsx Counter')
  return Counter
}
const First = define('first')
const root = document.getElementById('root')
const settled = async () => {
  await new Promise(resolve => setTimeout(resolve, 50))
  log.push(root.textContent)
}
window.run = async () => {
  createRoot(root).render(<First />)
  await settled()
  set(2)
  await settled()
  validateRefreshBoundaryAndEnqueueUpdate('counter.jsx', { Counter: First }, { Counter: define('second') })
  await settled()
  set(3)
  await settled()
  return log
}
