import type { Page } from 'playwright-core'

export interface CustomerView {
  readonly heading: string
  readonly quantity: number
  readonly couponAnswer: string
}
export declare function visitShop(page: Page, appUrl: string, options?: { readonly onStep?: (line: string) => void }): Promise<CustomerView>
