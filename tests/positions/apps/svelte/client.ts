import { mount } from 'svelte'
import Cart from './cart.svelte'
import Plain from './plain.svelte'
import { Timer, createCounter } from './counter.svelte.ts'

mount(Cart, { target: document.body, props: { items: [], onpick: createCounter().increment } })
mount(Plain, { target: document.body })
new Timer().tick()
