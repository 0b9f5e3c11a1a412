/** Times and counts as people read them. Input is microseconds. */

/** Three significant digits and the unit that fits: 840 ns never occurs, the smallest unit recorded is 1 µs. */
export function formatDuration(us: number): string {
  const abs = Math.abs(us)
  if (abs < 1000) return `${Math.round(us)} µs`
  if (abs < 1_000_000) return `${trim(us / 1000)} ms`
  if (abs < 60_000_000) return `${trim(us / 1_000_000)} s`
  const seconds = Math.round(us / 1_000_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

const trim = (value: number): string => {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0
  return value.toFixed(digits)
}

/** Time since the start of the session with microseconds: `13.021 442 s`. */
export function formatClock(us: number): string {
  const sign = us < 0 ? '-' : ''
  const abs = Math.abs(Math.round(us))
  const micro = String(abs % 1_000_000).padStart(6, '0')
  const seconds = Math.floor(abs / 1_000_000)
  const minutes = Math.floor(seconds / 60)
  const whole = minutes > 0 ? `${minutes}:${String(seconds % 60).padStart(2, '0')}` : String(seconds)
  return `${sign}${whole}.${micro.slice(0, 3)} ${micro.slice(3)} s`
}

/** 987, 1.2k, 34k, 5.6M: at most four characters, for gutters and badges. */
export function formatCount(count: number): string {
  if (count < 1000) return String(count)
  if (count < 999_500) return `${shorten(count / 1000)}k`
  return `${shorten(count / 1_000_000)}M`
}
const shorten = (value: number): string => (value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value)))

/** Exact, with thin groups: 1 234 567. */
export const formatExact = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f')

/** Local date and time of a session; today only the time. */
export function formatStart(ms: number, nowMs: number): string {
  const at = new Date(ms)
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  return at.toDateString() === new Date(nowMs).toDateString() ? time : `${at.toLocaleDateString()} ${time}`
}
