import { render } from 'svelte/server'
import Cart from './cart.svelte'
import Plain from './plain.svelte'
import { createCounter } from './counter.svelte.ts'

console.log(render(Cart, { props: { items: [{ id: 1, price: 2 }], onpick: (id: number) => id } }).body.replace(/<!--.*?-->/g, ''))
console.log(render(Plain, { props: {} }).body.replace(/<!--.*?-->/g, ''), createCounter().increment())
