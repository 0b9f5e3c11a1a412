import hindscope from 'hindscope/rolldown'

/** @type {import('rolldown').RolldownOptions} */
export default {
  input: '../tiny-shared/src/main.ts',
  platform: 'node',
  output: { file: 'dist/main.mjs', format: 'esm', sourcemap: true },
  plugins: [hindscope()],
}
