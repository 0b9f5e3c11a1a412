import hindscope from 'hindscope/rspack'

const shared = { mode: 'development', devtool: 'source-map', context: import.meta.dirname }

/** @type {import('@rspack/core').Configuration[]} */
export default [
  {
    ...shared,
    entry: './src/page/main.js',
    output: { path: `${import.meta.dirname}/dist/page`, filename: 'main.js' },
    resolve: {
      extensions: ['.js', '.svelte'],
      mainFields: ['svelte', 'browser', 'module', 'main'],
      conditionNames: ['svelte', 'browser', 'development', 'import'],
    },
    module: { rules: [{ test: /\.svelte$/, use: { loader: 'svelte-loader', options: { compilerOptions: { dev: true }, emitCss: false } } }] },
    plugins: [hindscope()],
  },
  {
    ...shared,
    entry: './src/api/main.js',
    target: 'node20',
    output: { path: `${import.meta.dirname}/dist`, filename: 'api.cjs' },
    plugins: [hindscope()],
  },
]
