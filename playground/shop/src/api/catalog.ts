import type { Category, Product, SearchResult } from '../shared/types.ts'
import { query } from './db.ts'
import { pause } from './pause.ts'

/** The relevance service charges by the candidate: many matches, long wait. */
const RANKING_MS_PER_MATCH = 16

export async function listCategories(): Promise<Category[]> {
  return await query<Category>(
    `SELECT categories.id, categories.name, count(products.id)::int AS count FROM categories
     LEFT JOIN products ON products.category_id = categories.id GROUP BY categories.id ORDER BY categories.position`,
  )
}

export async function searchProducts(text: string, categoryId: string): Promise<SearchResult> {
  const words = text.trim().toLowerCase()
  const matches = await findMatches(words, categoryId)
  const products = words === '' ? matches : await rankByRelevance(matches, words)
  return { query: text, categoryId, products }
}

async function findMatches(words: string, categoryId: string): Promise<Product[]> {
  return await query<Product>(
    `SELECT products.id, products.name, maker, description, category_id AS "categoryId", products.price_cents AS "priceCents", art, hue,
       stock.quantity AS stock, coalesce(sum(order_lines.quantity), 0)::int AS sold
     FROM products JOIN stock ON stock.product_id = products.id LEFT JOIN order_lines ON order_lines.product_id = products.id
     WHERE ($1 = '' OR lower(products.name || ' ' || maker || ' ' || description) LIKE '%' || $1 || '%') AND ($2 = '' OR category_id = $2)
     GROUP BY products.id, stock.quantity ORDER BY sold DESC, products.id`,
    [words, categoryId],
  )
}

async function rankByRelevance(matches: readonly Product[], words: string): Promise<Product[]> {
  await pause(RANKING_MS_PER_MATCH * matches.length)
  return matches.toSorted((left, right) => relevance(right, words) - relevance(left, words))
}

function relevance(product: Product, words: string): number {
  const name = product.name.toLowerCase()
  if (name.startsWith(words)) return 3
  if (name.includes(` ${words}`)) return 2
  return name.includes(words) ? 1 : 0
}
