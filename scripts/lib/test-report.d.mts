export interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}
export declare function countTests(path: string, exitCode: number): TestCounts
export declare function closingLine(counts: TestCounts): string
