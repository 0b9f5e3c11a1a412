import { createApp } from 'vue'
import Cart from './cart.vue'
import Plain from './plain.vue'
import Options from './options.vue'

for (const component of [Cart, Plain, Options]) createApp(component, { items: [] }).mount(document.body)
