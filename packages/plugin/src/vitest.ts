/** `hindscope/vitest`: the plugin for Vite, which also records the tests of Vitest, each as an activity of its own. */
export { default } from './vite.ts'
