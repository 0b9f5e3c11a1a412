import { mount, unmount } from 'svelte'
import Runes from './runes.svelte'
import { set } from './runes-log.js'
import { runner } from './steps.js'

let app
const steps = {
  mount: () => (app = mount(Runes, { target: document.getElementById('root') })),
  count: () => set.count(1),
  'same value': () => set.count(1),
  both: () => set.both(),
  large: () => set.count(6),
  larger: () => set.count(7),
  inside: () => set.user('bob'),
  replace: () => set.replace(),
  unmount: () => unmount(app),
}
window.run = runner(steps)
window.more = () => set.count(20)
