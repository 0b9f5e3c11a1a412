import type { ArtName } from '../shared/types.ts'
import { query, transaction } from './db.ts'

const CATEGORIES = [
  ['table', 'Table'],
  ['kitchen', 'Kitchen'],
  ['desk', 'Desk'],
  ['light', 'Light'],
  ['garden', 'Garden'],
  ['textile', 'Textile'],
] as const

type SeedRow = readonly [
  name: string,
  maker: string,
  categoryId: (typeof CATEGORIES)[number][0],
  cents: number,
  stock: number,
  art: ArtName,
  hue: number,
  description: string,
]

const PRODUCTS: readonly SeedRow[] = [
  ['Stoneware Mug', 'Ambeck', 'table', 1600, 42, 'mug', 24, 'A thick-walled mug that keeps its warmth, glazed by hand.'],
  ['Enamel Mug', 'Tramont', 'table', 1200, 60, 'mug', 208, 'Camp mug with a rolled rim. It chips, and that is fine.'],
  ['Espresso Cup, Pair', 'Ambeck', 'table', 2200, 18, 'mug', 12, 'Two small cups that sit well in a small hand.'],
  ['Travel Mug', 'Norsund', 'table', 2900, 25, 'mug', 158, 'Steel mug with a lid that does not drip on a train.'],
  ['Serving Bowl', 'Ambeck', 'table', 4800, 11, 'bowl', 36, 'Wide and shallow: salad today, fruit tomorrow.'],
  ['Breakfast Bowl', 'Ambeck', 'table', 1900, 33, 'bowl', 190, 'Deep enough for porridge and for a second helping.'],
  ['Teapot', 'Ishiro', 'table', 5600, 9, 'pot', 150, 'Cast iron with a fine strainer; four cups, one pour.'],
  ['Carafe', 'Tramont', 'table', 3400, 15, 'pot', 200, 'Borosilicate, lidded, at home in the fridge door.'],
  ['Gooseneck Kettle', 'Norsund', 'kitchen', 7900, 8, 'kettle', 18, 'A slow, thin stream for a patient coffee.'],
  ['Stovetop Kettle', 'Tramont', 'kitchen', 6400, 12, 'kettle', 350, 'Whistles in a friendly minor third.'],
  ['Cutting Board', 'Holm & Son', 'kitchen', 3900, 21, 'board', 32, 'End-grain beech, oiled twice, forgiving to knives.'],
  ['Bread Board', 'Holm & Son', 'kitchen', 3100, 16, 'board', 28, 'With a groove for the crumbs you meant to keep.'],
  ['Chef’s Knife', 'Ishiro', 'kitchen', 11900, 6, 'knife', 215, 'Carbon steel, 20 cm, sharpened before it leaves.'],
  ['Paring Knife', 'Ishiro', 'kitchen', 3900, 19, 'knife', 205, 'Small work, close to the thumb.'],
  ['Mixing Bowl, Set of 3', 'Tramont', 'kitchen', 4400, 14, 'bowl', 50, 'Nesting steel bowls with a matte outside.'],
  ['Tea Tin', 'Ishiro', 'kitchen', 2100, 27, 'tin', 96, 'Airtight double lid; the sound alone is worth it.'],
  ['Coffee Tin', 'Ishiro', 'kitchen', 2400, 24, 'tin', 20, 'Keeps 400 grams fresh and in the dark.'],
  ['Salt Pot', 'Ambeck', 'kitchen', 1800, 30, 'pot', 220, 'A pinch pot with a wooden lid.'],
  ['Dotted Notebook', 'Papel', 'desk', 1400, 80, 'notebook', 222, 'A5, lies flat, takes fountain ink without a fuss.'],
  ['Reporter Notebook', 'Papel', 'desk', 900, 95, 'notebook', 44, 'Top-bound, for standing up and writing fast.'],
  ['Sketchbook', 'Papel', 'desk', 2600, 40, 'notebook', 4, 'Heavy paper, stitched, ninety-six pages of maybe.'],
  ['Fountain Pen', 'Lindqvist', 'desk', 5900, 13, 'pen', 230, 'Steel nib, piston filler, springy with a light touch.'],
  ['Mechanical Pencil', 'Lindqvist', 'desk', 2800, 22, 'pen', 160, '0.7 mm, brass, gets better looking with age.'],
  ['Brass Ruler', 'Lindqvist', 'desk', 1700, 26, 'pen', 46, 'Fifteen centimetres, engraved and not printed.'],
  ['Desk Clock', 'Norsund', 'desk', 6900, 10, 'clock', 8, 'Silent movement. It only moves when it must.'],
  ['Letter Tray', 'Holm & Son', 'desk', 4600, 12, 'basket', 30, 'Oiled ash; stacks as high as your ambition.'],
  ['Reading Lamp', 'Norsund', 'light', 12900, 7, 'lamp', 40, 'A warm cone of light that ends at the page.'],
  ['Clamp Lamp', 'Norsund', 'light', 8900, 11, 'lamp', 352, 'Holds on to any shelf up to five centimetres.'],
  ['Bedside Lamp', 'Tramont', 'light', 7400, 9, 'lamp', 200, 'Dims to almost nothing.'],
  ['Beeswax Candle', 'Larkfield', 'light', 1100, 70, 'candle', 48, 'Burns eleven hours and smells of July.'],
  ['Storm Lantern', 'Tramont', 'light', 5200, 14, 'candle', 14, 'For a table outside when the evening is longer than planned.'],
  ['Watering Can', 'Larkfield', 'garden', 4900, 13, 'can', 152, 'Long reach, fine rose, balanced when full.'],
  ['Herb Planter', 'Ambeck', 'garden', 3600, 20, 'plant', 120, 'Terracotta with a saucer, room for three.'],
  ['Hanging Planter', 'Ambeck', 'garden', 3300, 17, 'plant', 138, 'Comes with a cotton cord and an honest knot.'],
  ['Fern', 'Larkfield', 'garden', 2400, 5, 'plant', 104, 'Likes shade, a bathroom, and company.'],
  ['Seed Tin', 'Larkfield', 'garden', 1900, 31, 'tin', 84, 'Twelve envelopes, one for every month.'],
  ['Harvest Basket', 'Holm & Son', 'garden', 5400, 8, 'basket', 38, 'Split willow. Rinses clean under a tap.'],
  ['Wool Throw', 'Skagen', 'textile', 13900, 6, 'throw', 6, 'Woven from undyed lambswool, big enough to share.'],
  ['Linen Tea Towel', 'Skagen', 'textile', 1500, 48, 'throw', 196, 'Dries glasses without leaving a trace.'],
  ['Picnic Blanket', 'Skagen', 'textile', 8600, 10, 'throw', 100, 'Waxed underside, checked top, rolls to a strap.'],
]

/** BIRTHDAY15 lost its closing brace in an import: whoever reads its rules meets that. */
const COUPONS = [
  ['WELCOME10', '{"percent": 10}'],
  ['HARVEST20', '{"percent": 20, "until": "2024-10-31"}'],
  ['BIRTHDAY15', '{"percent": 15, "once": true'],
] as const

/** Product numbers of past orders: they decide what is shown first. */
const PAST_ORDERS: readonly (readonly number[])[] = [
  [1, 19, 27],
  [1, 30],
  [9, 17, 1],
  [27, 22],
  [33, 32],
  [38],
  [7, 16, 1],
  [19, 22, 25],
  [13, 11],
  [27, 30, 38],
  [5, 1],
  [9],
]

export async function seedWhenEmpty(): Promise<void> {
  const [row] = await query<{ products: number }>('SELECT count(*)::int AS products FROM products')
  if (row?.products === 0) await transaction(seed)
}

async function seed(): Promise<void> {
  for (const [position, [id, name]] of CATEGORIES.entries()) {
    await query('INSERT INTO categories (id, name, position) VALUES ($1, $2, $3)', [id, name, position])
  }
  for (const product of PRODUCTS) await insertProduct(product)
  for (const [code, rules] of COUPONS) await query('INSERT INTO coupons (code, rules) VALUES ($1, $2)', [code, rules])
  for (const productIds of PAST_ORDERS) await insertPastOrder(productIds)
}

async function insertProduct([name, maker, categoryId, cents, stock, art, hue, description]: SeedRow): Promise<void> {
  await query(
    `WITH product AS (
       INSERT INTO products (name, maker, description, category_id, price_cents, art, hue) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
     ) INSERT INTO stock (product_id, quantity) SELECT id, $8 FROM product`,
    [name, maker, description, categoryId, cents, art, hue, stock],
  )
}

async function insertPastOrder(productIds: readonly number[]): Promise<void> {
  await query(
    `WITH past AS (
       INSERT INTO orders (shopper_id, full_name, email, total_cents)
       SELECT 'past', 'Past Customer', 'past@example.org', sum(price_cents)::int FROM products WHERE id = ANY($1) RETURNING id
     ) INSERT INTO order_lines (order_id, product_id, quantity, price_cents)
       SELECT past.id, products.id, 1, price_cents FROM past, products WHERE products.id = ANY($1)`,
    [productIds],
  )
}
