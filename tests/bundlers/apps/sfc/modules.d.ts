/** What Vue's and Svelte's own tools know of component files. */
declare module '*.vue' {
  import type { Component } from 'vue'
  const component: Component
  export default component
}
