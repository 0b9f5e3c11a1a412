import { pause } from './pause.ts'
import { ShopError } from './shop-error.ts'

const PAYMENT_MS = 120

/** The test bank: a card that ends in 0002 is declined. */
export async function chargeCard(cardNumber: string, cents: number): Promise<{ readonly receipt: string }> {
  await pause(PAYMENT_MS)
  if (cardNumber.replaceAll(' ', '').endsWith('0002')) throw new ShopError(402, 'card-declined', 'The bank declined this card. Nothing was charged.')
  return { receipt: `R${cents}-${cardNumber.slice(-4)}` }
}
