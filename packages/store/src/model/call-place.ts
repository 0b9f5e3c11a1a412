/** A call or activity by track number and index in that track's table. */
export interface CallPlace {
  readonly track: number
  readonly call: number
}
