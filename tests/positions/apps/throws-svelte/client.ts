import { flushSync, mount } from 'svelte'
import { note, tell } from '../throws/stacks.ts'
import Page from './page.svelte'
import { LATER, PLACES } from './places.ts'

for (const fails of [...PLACES, ...LATER]) {
  const target = document.body.appendChild(document.createElement('div'))
  const listener = (event: ErrorEvent): void => {
    event.preventDefault()
    note(fails, event.error)
  }
  addEventListener('error', listener)
  try {
    mount(Page, { target, props: { fails } })
    flushSync()
    target.querySelector('button')?.click()
  } catch (error) {
    note(fails, error)
  }
  removeEventListener('error', listener)
}
tell()
