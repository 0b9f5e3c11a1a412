/** `hindscope/in-page`: for pages, from an element to the render that it comes from. */
export { addressOf, pickElement, setupDock } from '@hindscope/runtime/in-page'
export type { PickOptions } from '@hindscope/runtime/in-page'
