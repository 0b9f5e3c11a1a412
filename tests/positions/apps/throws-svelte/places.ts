export const PLACES: readonly string[] = ['script', 'derived', 'derived by', 'list', 'attribute', 'expression']
/** In a page only. */
export const LATER: readonly string[] = ['handler', 'inline', 'effect']
