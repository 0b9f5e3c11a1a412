export type ProblemStatus = 400 | 402 | 404 | 409 | 422

/** Something the customer can understand and do something about. Everything else that is thrown is a fault of the shop. */
export class ShopError extends Error {
  readonly status: ProblemStatus
  readonly code: string

  constructor(status: ProblemStatus, code: string, message: string) {
    super(message)
    this.name = 'ShopError'
    this.status = status
    this.code = code
  }
}
