/** How long recorded sessions are kept: the config's form, as people write it, and the one that is worked with. */

/** As in the config: `{ maxAge: '7d', maxBytes: '2GB', maxSessions: 50, keepErrors: '30d' }`. What is absent sets no limit. */
export interface RetentionConfig {
  /** Since the last event. */
  readonly maxAge?: string
  /** Of all sessions together. */
  readonly maxBytes?: string
  readonly maxSessions?: number
  /** What has errors or incidents stays this long instead of `maxAge`. */
  readonly keepErrors?: string
}

export interface RetentionPolicy {
  readonly maxAgeMs?: number
  readonly maxBytes?: number
  readonly maxSessions?: number
  readonly keepErrorsMs?: number
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 }

/** `90s`, `30m`, `12h`, `7d`, `2w` as milliseconds; undefined when it is none of these. */
export function parseAge(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)([smhdw])$/.exec(text)
  return match ? Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0) : undefined
}

/** `500MB`, `2GB` as bytes (units of 1,024); undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)\s?(B|KB|MB|GB|TB)$/i.exec(text)
  return match ? Math.floor(Number(match[1]) * (UNIT_BYTES[(match[2] ?? '').toUpperCase()] ?? 0)) : undefined
}

export const RETENTION_FORM = "{maxAge?: '7d', maxBytes?: '2GB', maxSessions?: 50, keepErrors?: '30d'}"
const NAMES: readonly string[] = ['maxAge', 'maxBytes', 'maxSessions', 'keepErrors'] satisfies (keyof RetentionConfig)[]

/** undefined when the value is not of that form. */
export function parseRetention(value: unknown): RetentionPolicy | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).some(name => !NAMES.includes(name))) return undefined
  const { maxAge, maxBytes, maxSessions, keepErrors } = value as Readonly<Record<keyof RetentionConfig, unknown>> // SAFE: each is checked
  const parsed = [
    maxAge === undefined ? {} : asField('maxAgeMs', typeof maxAge === 'string' ? parseAge(maxAge) : undefined),
    maxBytes === undefined ? {} : asField('maxBytes', typeof maxBytes === 'string' ? parseSize(maxBytes) : undefined),
    maxSessions === undefined
      ? {}
      : asField('maxSessions', typeof maxSessions === 'number' && Number.isInteger(maxSessions) && maxSessions >= 0 ? maxSessions : undefined),
    keepErrors === undefined ? {} : asField('keepErrorsMs', typeof keepErrors === 'string' ? parseAge(keepErrors) : undefined),
  ]
  return parsed.includes(undefined) ? undefined : (Object.assign({}, ...parsed) as RetentionPolicy) // SAFE: fields of that type
}

const asField = (name: keyof RetentionPolicy, value: number | undefined): RetentionPolicy | undefined =>
  value === undefined ? undefined : { [name]: value }
