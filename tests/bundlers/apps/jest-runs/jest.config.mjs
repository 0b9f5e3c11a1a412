import { join } from 'node:path'
import hindscope from 'hindscope/jest'

const { TEST_RUN_OUT = '.', TEST_RUN_PLAIN } = process.env

const config = {
  testMatch: ['**/*.check.js'],
  snapshotResolver: './snapshot-place.cjs',
  // In a project both lie in node_modules.
  transformIgnorePatterns: ['/node_modules/', '/packages/'],
  cacheDirectory: join(TEST_RUN_OUT, 'cache'),
  collectCoverage: true,
  coverageReporters: ['json'],
  coverageDirectory: join(TEST_RUN_OUT, 'coverage'),
}

export default TEST_RUN_PLAIN ? config : hindscope(config, { exclude: ['gap.js'] })
