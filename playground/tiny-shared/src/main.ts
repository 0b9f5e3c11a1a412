import { Cart } from './cart.ts'
import { percentOff } from './coupons.ts'
import { Receipt } from './receipt.tsx'
import { loadStock, restock } from './stock.ts'
import { toText } from './element.ts'

/** Buys three things, shows the receipt, and uses a coupon: that of the second customer does not exist. */
async function checkOut(customer: string, coupon: string): Promise<void> {
  const stock = await loadStock()
  const cart = new Cart(customer)
  for (const item of stock) cart.add(item, item.price < 10 ? 2 : 1)
  console.log(toText(Receipt({ cart })))
  const total = cart.total * (1 - percentOff(coupon) / 100)
  console.log(`${customer} pays ${total.toFixed(2)}`)
}

async function main(): Promise<void> {
  await checkOut('Ada', 'TENOFF')
  console.log(`restocked: ${[...restock(['tea', 'mug'])].join(', ')}`)
  await checkOut('Grace', 'tenoff')
}

main().catch((error: Error) => {
  console.log(`${error.name}: ${error.message}`)
  console.error(error.stack)
})
