import type { ReactElement } from 'react'
import type { Category } from '../shared/types.ts'

interface CategoryBarProps {
  readonly categories: readonly Category[]
  /** Empty for all. */
  readonly chosen: string
  readonly onChoose: (categoryId: string) => void
}

export function CategoryBar({ categories, chosen, onChoose }: CategoryBarProps): ReactElement {
  const all = categories.reduce((sum, category) => sum + category.count, 0)
  return (
    <nav className="categories" aria-label="Categories">
      {[{ id: '', name: 'Everything', count: all }, ...categories].map(category => (
        <button key={category.id} type="button" aria-pressed={category.id === chosen} onClick={() => onChoose(category.id)}>
          {category.name} <small>{category.count}</small>
        </button>
      ))}
    </nav>
  )
}
