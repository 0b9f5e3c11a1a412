import { render } from 'svelte/server'
import { keep, tell } from '../throws/stacks.ts'
import Page from './page.svelte'
import { PLACES } from './places.ts'

for (const fails of PLACES) keep(fails, () => render(Page, { props: { fails } }).body)
tell()
