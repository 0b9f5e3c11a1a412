/** Snapshots lie where the run leaves everything else. */
const { basename, join } = require('node:path')

const out = process.env.TEST_RUN_OUT ?? '.'

module.exports = {
  resolveSnapshotPath: (path, extension) => join(out, basename(path) + extension),
  resolveTestPath: (path, extension) => join(__dirname, basename(path, extension)),
  testPathForConsistencyCheck: join(__dirname, 'cart.check.js'),
}
