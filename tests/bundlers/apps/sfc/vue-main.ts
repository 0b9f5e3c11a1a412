import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import Cart from './cart.vue'

console.log(
  await renderToString(
    createSSRApp(Cart, {
      items: [
        { id: 1, price: 2 },
        { id: 2, price: 5 },
      ],
    }),
  ),
)
