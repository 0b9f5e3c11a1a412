import { transform } from 'esbuild'
import hindscope from 'hindscope/rollup'

/** @type {import('rollup').RollupOptions} */
export default {
  input: '../tiny-shared/src/main.ts',
  output: { file: 'dist/main.mjs', format: 'es', sourcemap: true },
  plugins: [hindscope(), typescript()],
}

/** Rollup knows no TypeScript: any of its TypeScript plugins does, this is the smallest. Order does not matter to Hindscope. */
function typescript() {
  return {
    name: 'typescript',
    transform(code, id) {
      return /\.tsx?$/.test(id) ? transform(code, { loader: 'tsx', sourcefile: id, sourcemap: true, target: 'es2022' }) : null
    },
  }
}
