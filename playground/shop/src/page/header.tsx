import type { ReactElement } from 'react'

interface HeaderProps {
  readonly query: string
  readonly isSearching: boolean
  readonly itemCount: number
  readonly onQuery: (query: string) => void
}

export function Header({ query, isSearching, itemCount, onQuery }: HeaderProps): ReactElement {
  return (
    <header className="header">
      <a className="brand" href="/">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="10" />
          <path d="M10 23c0-8 4-13 13-14-1 9-5 13-11 13m-2 3 7-9" />
        </svg>
        Larkfield <span>Goods</span>
      </a>
      <label className={isSearching ? 'search is-searching' : 'search'}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="10.5" cy="10.5" r="6.5" />
          <path d="m15.5 15.5 5 5" />
        </svg>
        <input
          type="search"
          name="search"
          placeholder="Search mugs, lamps, linen…"
          aria-label="Search products"
          autoComplete="off"
          value={query}
          onChange={event => onQuery(event.target.value)}
        />
      </label>
      <a className="cart-link" href="#cart">
        Cart <b>{itemCount}</b>
      </a>
    </header>
  )
}
