// Builds page and API into dist/.
import { rspack } from '@rspack/core'
import configs from './rspack.config.js'

const compiler = rspack(configs)
compiler.run((error, stats) => {
  if (error) throw error
  console.log(stats.toString({ preset: 'minimal', colors: process.stdout.isTTY }))
  if (stats.hasErrors()) process.exitCode = 1
  compiler.close(() => undefined)
})
