import type { Component } from 'vue'
import Options from './options.vue'
import Page from './page.vue'

/** Every page is asked to fail in one place. */
export const PAGES: readonly (readonly [label: string, component: Component, fails: string])[] = [
  ['setup', Page, 'setup'],
  ['function of the setup', Page, 'helper'],
  ['computed', Page, 'computed'],
  ['expression', Page, 'expression'],
  ['list', Page, 'list'],
  ['binding', Page, 'binding'],
  ['options', Options, 'data'],
  ['method', Options, 'method'],
  ['computed option', Options, 'computed'],
]
/** In a page only. */
export const LATER: typeof PAGES = [
  ['handler', Page, 'handler'],
  ['inline handler', Page, 'inline'],
  ['mounted', Page, 'mounted'],
  ['watch', Page, 'watch'],
]
