import { rspack } from '@rspack/core'
import config from './rspack.config.js'

const compiler = rspack(config)
compiler.run((error, stats) => {
  if (error) throw error
  console.log(stats.toString({ preset: 'minimal', colors: process.stdout.isTTY }))
  if (stats.hasErrors()) process.exitCode = 1
  compiler.close(() => undefined)
})
