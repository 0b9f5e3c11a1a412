/**
 * A vitest reporter: tests that failed and then passed when they were run once more, which CI allows (vitest.config.ts). They count as
 * passed, and are named, so that nobody takes them for steady.
 */
export default class UnsteadyTests {
  onTestRunEnd(modules) {
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        const { flaky, retryCount } = test.diagnostic() ?? {}
        if (flaky) console.log(`unsteady: ${module.relativeModuleId}: ${test.fullName} (passed after ${retryCount} more)`)
      }
    }
  }
}
