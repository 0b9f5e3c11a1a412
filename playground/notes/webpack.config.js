import hindscope from 'hindscope/webpack'
import { VueLoaderPlugin } from 'vue-loader'
import webpack from 'webpack'

export default {
  mode: 'development',
  devtool: 'source-map',
  context: import.meta.dirname,
  entry: './src/page/main.js',
  output: { path: `${import.meta.dirname}/dist/page`, filename: 'main.js' },
  module: { rules: [{ test: /\.vue$/, loader: 'vue-loader' }] },
  plugins: [
    new VueLoaderPlugin(),
    new webpack.DefinePlugin({ __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false }),
    hindscope(),
  ],
}
