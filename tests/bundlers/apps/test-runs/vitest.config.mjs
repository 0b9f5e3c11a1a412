import { basename, join } from 'node:path'
import hindscope from 'hindscope/vitest'

const { TEST_RUN_OUT = '.', TEST_RUN_PLAIN, TEST_RUN_COUNTED } = process.env

export default {
  plugins: TEST_RUN_PLAIN ? [] : [hindscope({ exclude: ['gap.ts'] })],
  test: {
    include: ['*.check.ts'],
    resolveSnapshotPath: (path, extension) => join(TEST_RUN_OUT, basename(path) + extension),
    reporters: ['json'],
    outputFile: join(TEST_RUN_OUT, 'results.json'),
    coverage: {
      enabled: TEST_RUN_COUNTED !== undefined,
      reportOnFailure: true,
      provider: 'v8',
      include: ['*.ts'],
      reporter: ['json'],
      reportsDirectory: join(TEST_RUN_OUT, 'coverage'),
    },
  },
}
