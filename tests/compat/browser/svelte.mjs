import { flushSync, mount, tick, unmount } from 'svelte'
import Counter from './counter.svelte'

export async function run(log, root, settle) {
  for (const fail of [false, true]) {
    const app = mount(Counter, { target: root, props: { log, fail } })
    flushSync()
    for (let round = 0; round < 3; round++) {
      root.querySelector('#add').click()
      log('sync', root.innerHTML)
      await tick()
      log('tick', root.innerHTML)
      const input = root.querySelector('input')
      input.value = String(round)
      input.dispatchEvent(new Event('input', { bubbles: true }))
      await settle()
      log('settled', root.innerHTML)
    }
    await unmount(app)
    log('gone', root.innerHTML)
  }
}
