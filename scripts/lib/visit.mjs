/** The scripted visit: a customer who types fast, clicks twice, tries two coupons and pays with the second card. */

/** A race is no certainty: on a machine that is busy elsewhere, the customer types once more, with a keyboard that has no delay. */
const REAL_TRIES = 2
const MOST_TRIES = 4
/** Longer than the slowest search. */
const SETTLE_MS = 1500

/** Drives the shop in a Playwright page. Returns what the customer saw, for tests. */
export async function visitShop(page, appUrl, { onStep = () => undefined } = {}) {
  await page.goto(appUrl)
  await page.getByRole('heading', { name: 'Reading Lamp' }).waitFor()

  onStep('types “mug”, fast')
  const heading = await searchFast(page, 'mug')

  onStep('clears the search and looks at the category Table')
  await page.getByLabel('Search products').fill('')
  await page.getByRole('button', { name: /^Table/ }).click()
  await page.getByText('8 products').waitFor()

  onStep('adds a mug, then clicks + twice, fast')
  await page.getByLabel('Add Stoneware Mug to cart').click()
  const quantity = page.getByLabel('Quantity of Stoneware Mug')
  await quantity.waitFor()
  await page.getByLabel('One Stoneware Mug more').dblclick()
  await page.waitForTimeout(SETTLE_MS / 2)
  const quantityText = await quantity.innerText()

  onStep('tries the coupon BIRTHDAY15, then WELCOME10')
  await page.getByLabel('Coupon code').fill('birthday15')
  await page.getByRole('button', { name: 'Apply' }).click()
  const couponAnswer = await page.getByRole('alert').innerText()
  await page.getByLabel('Coupon code').fill('welcome10')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('WELCOME10 (').waitFor()

  onStep('checks out with a card that is declined, then with one that is not')
  await page.getByRole('button', { name: 'Check out' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Ada Brook')
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.org')
  await page.getByRole('textbox', { name: 'Card' }).fill('4000 0000 0000 0002')
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByText('declined').waitFor()
  await page.getByRole('textbox', { name: 'Card' }).fill('4242 4242 4242 4242')
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByText('Thank you').waitFor()
  return { heading, quantity: Number(quantityText), couponAnswer: couponAnswer.split('\n')[0] }
}

/** Types a word so fast that its first letter is answered last. Returns what stands over the products then. */
async function searchFast(page, word) {
  const field = page.getByLabel('Search products')
  for (let attempt = 1; ; attempt++) {
    if (attempt <= REAL_TRIES) await field.pressSequentially(word)
    else await typeAtOnce(field, word)
    await page.waitForTimeout(SETTLE_MS)
    const heading = (await page.getByRole('heading', { level: 1 }).innerText()).replace(/\s+/g, ' ')
    if (/ \d\d products$/.test(heading) || attempt === MOST_TRIES) return heading
    await field.fill('')
    await page.getByText('40 products').waitFor()
  }
}

/** All letters in one turn of the page's event loop: no machine is too busy for that. */
async function typeAtOnce(field, word) {
  await field.evaluate((input, text) => {
    const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set
    for (let length = 1; length <= text.length; length++) {
      write.call(input, text.slice(0, length))
      input.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
  }, word)
}

/** Writes two notes, pins one of them, and sends an empty one. */
export async function visitNotes(page, appUrl) {
  await page.goto(appUrl)
  for (const text of ['Remember the milk', 'Call the plumber']) {
    await page.getByLabel('New note').fill(text)
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByText(text).waitFor()
  }
  await page.getByRole('button', { name: 'Pin' }).first().click()
  await page.getByText('1 pinned').waitFor()
}
