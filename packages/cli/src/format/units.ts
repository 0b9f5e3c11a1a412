/** Numbers as people read them. */
export function durationText(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`
  if (us < 1_000_000) return `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms`
  return `${(us / 1_000_000).toFixed(us < 10_000_000 ? 2 : 1)} s`
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** Local wall time with microseconds: `14:03:07.123456`. */
export function clockText(us: number): string {
  const date = new Date(us / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const micros = String(Math.floor(us % 1_000_000)).padStart(6, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`
}

export const countText = (count: number, one: string, many: string = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`
