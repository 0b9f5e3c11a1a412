/** The programs, and what of them has to be instrumented at the least: [files, functions]. Below that a run has not shown anything. */
export const PROGRAMS = {
  acorn: [2, 300],
  express: [30, 300],
  fastify: [60, 700],
  hono: [15, 150],
  immer: [2, 150],
  'lodash-es': [400, 500],
  'markdown-it': [10, 200],
  marked: [2, 120],
  'preact-server': [3, 80],
  prettier: [2, 500],
  'react-server': [3, 300],
  'redux-toolkit': [4, 200],
  rollup: [3, 900],
  rxjs: [100, 300],
  'svelte-server': [100, 500],
  three: [1, 1000],
  typescript: [1, 5000],
  'vue-server': [4, 500],
  xstate: [3, 150],
  zod: [40, 800],
}

/** Programs of browser/: [functions] at the least. Each is one bundle. */
export const BROWSER_PROGRAMS = { react: 1200, preact: 90, vue: 1400, svelte: 400 }

export const LEVELS = ['values', 'statements']
