import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import Cart from './cart.vue'
import Plain from './plain.vue'
import Options from './options.vue'

const html = await Promise.all([Cart, Plain, Options].map(component => renderToString(createSSRApp(component, { items: [{ id: 1, price: 2 }] }))))
console.log(html.join('\n').replace(/ data-v-\w+/g, ''))
