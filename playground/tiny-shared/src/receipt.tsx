/** @jsx h */
/** @jsxRuntime classic */
import { h } from './element.ts'
import type { Cart, CartLine } from './cart.ts'
import type { Element } from './element.ts'

function Line({ line }: { readonly line: CartLine }): Element {
  return (
    <li>
      {line.quantity} {line.name}
    </li>
  )
}

export function Receipt({ cart }: { readonly cart: Cart }): Element {
  return (
    <ul for={cart.customer} lines={cart.lines.length}>
      {cart.lines.map(line => Line({ line }))}
    </ul>
  )
}
