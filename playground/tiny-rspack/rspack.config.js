import hindscope from 'hindscope/rspack'

/** @type {import('@rspack/core').Configuration} */
export default {
  entry: '../tiny-shared/src/main.ts',
  target: 'node20',
  mode: 'development',
  devtool: 'source-map',
  output: { filename: 'main.cjs' },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        loader: 'builtin:swc-loader',
        options: { jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022' } },
        type: 'javascript/auto',
      },
    ],
  },
  plugins: [hindscope()],
}
