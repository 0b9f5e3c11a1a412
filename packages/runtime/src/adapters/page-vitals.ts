/**
 * Web vitals as web.dev defines them, told as metrics: TTFB and FCP once; LCP, CLS and INP whenever they become another value, so that the last one
 * is the page's. A page that was hidden before it painted has no FCP and no LCP, as everywhere else.
 *
 * Sources: https://web.dev/articles/lcp, /cls, /inp, /fcp, /ttfb; the same in GoogleChrome/web-vitals.
 */
import { EventKind } from '@hindscope/protocol'
import { SafeMap } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import { elementNamer } from './native-reader.ts'
import { listenTo, numberOf, observeEntries, rounded, textOf } from './page-entries.ts'
import type { Entry } from './page-entries.ts'
import { combine, objectAt } from './patch.ts'

/** Good up to the first, poor above the second. */
const THRESHOLDS = { LCP: [2500, 4000], FCP: [1800, 3000], CLS: [0.1, 0.25], INP: [200, 500], TTFB: [800, 1800] } as const
type Vital = keyof typeof THRESHOLDS

/** Shifts within a second of each other, and five in all, are one; CLS is the largest. */
const SHIFT_GAP_MS = 1000
const SHIFTS_MS = 5000
/** Of so many interactions, the slowest one is left out. */
const PER_OUTLIER = 50
const MOST_INTERACTIONS = 10
/** Two and a half frames; what is faster is no candidate. */
const INTERACTION_MS = 40

interface Interaction {
  readonly id: number
  latencyMs: number
  entry: Entry
}

export class PageVitals {
  private readonly recorder: RecorderAccess
  private readonly realm: object
  private readonly elementName: (target: unknown) => string
  private readonly last = new SafeMap<Vital, number>()
  private hiddenMs = Infinity
  private shifts = { firstMs: 0, lastMs: 0, sum: 0 }
  private cls = 0
  private interactions: Interaction[] = []
  /** Of the platform, when the page came back from the back/forward cache. */
  private interactionsBefore = 0

  constructor(recorder: RecorderAccess, realm: object) {
    this.recorder = recorder
    this.realm = realm
    this.elementName = elementNamer(realm)
  }

  attach(): Detach | undefined {
    const { recorder, realm } = this
    const observe = (type: string, take: (entry: Entry) => void, options?: object): Detach | undefined =>
      observeEntries(recorder, realm, type, entries => entries.forEach(take), options)
    const document = objectAt(realm, 'document')
    if (document === undefined) return undefined
    this.noteHidden(document, 0)
    return combine([
      listenTo(recorder, document, 'visibilitychange', () => this.noteHidden(document, performance.now())),
      listenTo(recorder, realm, 'pageshow', event => Reflect.get(event, 'persisted') === true && this.restored()),
      observe('visibility-state', entry => {
        if (entry['name'] === 'hidden') this.hiddenMs = Math.min(this.hiddenMs, numberOf(entry, 'startTime'))
      }),
      observe('navigation', entry => this.navigated(entry)),
      observe('paint', entry => entry['name'] === 'first-contentful-paint' && this.painted('FCP', entry)),
      observe('largest-contentful-paint', entry => this.painted('LCP', entry)),
      observe('layout-shift', entry => this.shifted(entry)),
      observe('first-input', entry => this.interacted(entry)),
      observe('event', entry => this.interacted(entry), { durationThreshold: INTERACTION_MS }),
    ])
  }

  private noteHidden(document: object, atMs: number): void {
    const isHidden = Reflect.get(document, 'visibilityState') === 'hidden' && Reflect.get(document, 'prerendering') !== true
    if (isHidden) this.hiddenMs = Math.min(this.hiddenMs, atMs)
  }

  private tell(name: Vital, value: number, more: object): void {
    if (this.last.get(name) === value) return
    this.last.set(name, value)
    const [good, poor] = THRESHOLDS[name]
    const rating = value <= good ? 'good' : value <= poor ? 'needs improvement' : 'poor'
    this.recorder.record(EventKind.metric, 0, [{ name, value, unit: name === 'CLS' ? '' : 'ms', rating, ...more }])
  }

  /** When the page was shown: later than it was loaded, if it was prerendered. */
  private activationMs(): number {
    const [entry] = performance.getEntriesByType('navigation')
    return entry === undefined ? 0 : numberOf(entry as unknown as Entry, 'activationStart') // SAFE: read as such
  }

  private navigated(entry: Entry): void {
    const startMs = numberOf(entry, 'responseStart')
    if (startMs > 0 && startMs < performance.now()) this.tell('TTFB', rounded(Math.max(0, startMs - numberOf(entry, 'activationStart'))), {})
  }

  private painted(name: 'FCP' | 'LCP', entry: Entry): void {
    const startMs = numberOf(entry, 'startTime')
    if (startMs >= this.hiddenMs) return
    const element = this.elementName(entry['element'])
    const url = textOf(entry, 'url')
    this.tell(name, rounded(Math.max(0, startMs - this.activationMs())), {
      ...(element === '' ? {} : { element }),
      ...(url === undefined ? {} : { url }),
    })
  }

  private shifted(entry: Entry): void {
    if (entry['hadRecentInput'] === true) return
    const { shifts } = this
    const startMs = numberOf(entry, 'startTime')
    const isMore = shifts.sum > 0 && startMs - shifts.lastMs < SHIFT_GAP_MS && startMs - shifts.firstMs < SHIFTS_MS
    if (!isMore) Object.assign(shifts, { firstMs: startMs, sum: 0 })
    shifts.lastMs = startMs
    shifts.sum += numberOf(entry, 'value')
    if (shifts.sum <= this.cls) return
    this.cls = shifts.sum
    const sources: unknown = entry['sources']
    const elements = Array.isArray(sources) ? sources.map((source: Entry) => this.elementName(source['node'])).filter(Boolean) : []
    this.tell('CLS', Math.round(this.cls * 10_000) / 10_000, { elements })
  }

  /** Events of one interaction have one id; its latency is that of the slowest. */
  private interacted(entry: Entry): void {
    const id = numberOf(entry, 'interactionId')
    if (id === 0 && entry['entryType'] !== 'first-input') return
    const latencyMs = numberOf(entry, 'duration')
    const known = this.interactions.find(each => each.id === id)
    if (known === undefined) this.interactions.push({ id, latencyMs, entry })
    else if (latencyMs > known.latencyMs) Object.assign(known, { latencyMs, entry })
    this.interactions = this.interactions.sort((a, b) => b.latencyMs - a.latencyMs).slice(0, MOST_INTERACTIONS)
    const all = Number(Reflect.get(performance, 'interactionCount') ?? 0) - this.interactionsBefore
    const slowest = this.interactions[Math.min(this.interactions.length - 1, Math.floor(all / PER_OUTLIER))]
    if (slowest === undefined) return
    const from = slowest.entry
    this.tell('INP', slowest.latencyMs, {
      event: textOf(from, 'name') ?? '',
      element: this.elementName(from['target']),
      startMs: rounded(numberOf(from, 'startTime')),
      delayMs: rounded(numberOf(from, 'processingStart') - numberOf(from, 'startTime')),
      listenersMs: rounded(numberOf(from, 'processingEnd') - numberOf(from, 'processingStart')),
    })
  }

  /** A page that comes back is measured from anew; it is painted at once. */
  private restored(): void {
    this.shifts = { firstMs: 0, lastMs: 0, sum: 0 }
    this.cls = 0
    this.interactions = []
    this.interactionsBefore = Number(Reflect.get(performance, 'interactionCount') ?? 0)
  }
}
