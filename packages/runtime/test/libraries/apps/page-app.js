import { log, runner } from './steps.js'

const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
const root = document.getElementById('root')
root.innerHTML = `
  <h1 id="title" class="large bold">A page that is painted</h1>
  <a href="#part">part</a>
  <button id="slow">slow</button>
  <form id="login" action="/login"><input name="user"><input name="password" type="password"><input type="hidden" name="nonce" value="n0nce">
    <input type="checkbox" name="stay" checked><input type="radio" name="plan" value="a"><input type="radio" name="plan" value="b" checked>
    <select name="language"><option value="de">German</option><option value="en" selected>English</option></select>
    <textarea name="note">hello</textarea><input name="tag" value="x"><input name="tag" value="y"><input name="off" disabled value="z">
    <input name="elements" value="shadows"><input name="code" autocomplete="one-time-code" value="123456"><button name="send" class="go">send</button></form>`

addEventListener('popstate', event => log.push(['popstate', event.state, location.hash]))
addEventListener('hashchange', () => log.push(['hashchange', location.hash]))
globalThis.navigation?.addEventListener('currententrychange', event => log.push(['entry', event.navigationType]))
const form = document.getElementById('login')
form.addEventListener('submit', event => {
  event.preventDefault()
  log.push(['submit', [...new FormData(form)].map(([name, value]) => `${name}=${value}`).join('&')])
})
form.addEventListener('formdata', () => log.push('formdata'))
const block = ms => {
  for (const end = performance.now() + ms; performance.now() < end;);
}
document.getElementById('slow').addEventListener('click', () => block(120))

const steps = {
  push: () => history.pushState({ n: 1 }, '', '/shop?page=2'),
  replace: () => history.replaceState({ n: 2 }, '', '/shop?page=3'),
  fragment: () => document.querySelector('a').click(),
  back: () => history.back(),
  failing: () => {
    try {
      history.pushState(null, '', 'http://elsewhere.test/')
    } catch (error) {
      log.push(error.name)
    }
  },
  submit: () => {
    form.querySelector('[type=password]').value = 'hunter2'
    form.querySelector('[name=user]').value = 'ann'
    form.requestSubmit(form.querySelector('button'))
  },
  'long frame': async function longFrame() {
    await pause(20)
    block(90)
  },
  shift: () => {
    const box = document.createElement('div')
    box.style.height = '200px'
    root.prepend(box)
  },
  end: () => log.push(history.length, history.state?.n, String(history.pushState.length), Object.keys(History.prototype).join()),
}
window.run = runner(steps, { pauseMs: 60 })
