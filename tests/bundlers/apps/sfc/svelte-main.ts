import { render } from 'svelte/server'
import Cart from './cart.svelte'

console.log(
  render(Cart, {
    props: {
      items: [
        { id: 1, price: 2 },
        { id: 2, price: 5 },
      ],
    },
  }).body,
)
