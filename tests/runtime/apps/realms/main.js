/** Runs `work` in every kind of realm that a page can make, and says what each of them answered. */
import { work } from './work.js'

const answers = [work('page')]
const expected = 10
const done = new Promise(resolve => {
  window.answered = text => {
    answers.push(text)
    if (answers.length === expected) resolve(answers.sort())
  }
})
window.outcome = () => done
addEventListener('message', ({ data }) => window.answered(data))

function openFrame(address) {
  const frame = document.createElement('iframe')
  frame.src = address
  document.body.append(frame)
}
openFrame('./frame.html#same origin')
openFrame(`${location.origin.replace('127.0.0.1', 'localhost')}/frame.html#other origin`)

const classic = new Worker(new URL('./classic.js', import.meta.url), { name: 'one' })
classic.onmessage = ({ data }) => window.answered(data)
classic.postMessage('classic worker')
const module = new Worker(new URL('./module.js', import.meta.url), { type: 'module', name: 'two' })
module.onmessage = ({ data }) => window.answered(data)
module.postMessage('module worker')
new SharedWorker(new URL('./shared.js', import.meta.url), { type: 'module' }).port.onmessage = ({ data }) => window.answered(data)

window.openPopups = async () => {
  open('./frame.html#popup')
  const text = await (await fetch('./frame.html')).text()
  const blank = open('about:blank')
  blank.document.write(text)
  blank.document.close()
  blank.setTimeout(() => window.answered(work('blank popup')))
}

window.serve = async () => {
  navigator.serviceWorker.onmessage = ({ data }) => window.answered(data)
  await navigator.serviceWorker.register('./sw.js')
  const registration = await navigator.serviceWorker.ready
  registration.active.postMessage('work')
}
