import { useEffect, useState } from 'react'
import type { Category, Product, SearchResult } from '../shared/types.ts'
import { fetchCategories, fetchProducts } from './api-client.ts'

export interface Catalog {
  readonly categories: readonly Category[]
  readonly products: readonly Product[]
  readonly query: string
  readonly categoryId: string
  readonly isSearching: boolean
  readonly changeQuery: (query: string) => void
  readonly chooseCategory: (categoryId: string) => void
}

/** Search as you type. `onFailure` gets what went wrong, in words for the customer. */
export function useCatalog(onFailure: (error: unknown) => void): Catalog {
  const [categories, setCategories] = useState<readonly Category[]>([])
  const [products, setProducts] = useState<readonly Product[]>([])
  const [query, setQuery] = useState('')
  const [categoryId, setCategoryId] = useState('')
  const [running, setRunning] = useState(0)

  async function loadCategories(): Promise<void> {
    setCategories(await fetchCategories())
  }

  async function runSearch(text: string, category: string): Promise<void> {
    setRunning(count => count + 1)
    try {
      showResults(await fetchProducts(text, category))
    } catch (error) {
      onFailure(error)
    } finally {
      setRunning(count => count - 1)
    }
  }

  function showResults(result: SearchResult): void {
    setProducts(result.products)
  }

  function changeQuery(text: string): void {
    setQuery(text)
    void runSearch(text, categoryId)
  }

  function chooseCategory(category: string): void {
    setCategoryId(category)
    void runSearch(query, category)
  }

  useEffect(() => {
    loadCategories().catch(onFailure)
    void runSearch('', '')
  }, [])

  return { categories, products, query, categoryId, isSearching: running > 0, changeQuery, chooseCategory }
}
