import hindscope from 'hindscope/webpack'

/** @type {import('webpack').Configuration} */
export default {
  entry: '../tiny-shared/src/main.ts',
  target: 'node20',
  mode: 'development',
  devtool: 'source-map',
  output: { filename: 'main.cjs' },
  module: {
    rules: [{ test: /\.tsx?$/, loader: 'swc-loader', options: { jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022' } } }],
  },
  plugins: [hindscope()],
}
