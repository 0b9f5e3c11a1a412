import * as rxjs from 'rxjs'

export const modules = { rxjs }

export async function run(log) {
  const {
    of,
    from,
    interval,
    Subject,
    BehaviorSubject,
    ReplaySubject,
    AsyncSubject,
    Observable,
    merge,
    concat,
    combineLatest,
    zip,
    forkJoin,
    race,
    defer,
    throwError,
    EMPTY,
    NEVER,
    timer,
    range,
    iif,
    using,
    asyncScheduler,
    queueScheduler,
    asapScheduler,
    firstValueFrom,
    lastValueFrom,
    TimeoutError,
  } = rxjs
  const r = rxjs
  const watch = (name, source) =>
    new Promise(resolve =>
      source.pipe(r.take(50)).subscribe({
        next: value => log(name, value),
        error: error => resolve(log(name, 'error', error instanceof Error ? `${error.name}: ${error.message}` : error)),
        complete: () => resolve(log(name, 'complete')),
      }),
    )
  const numbers = () => of(1, 2, 3, 4, 5)
  const fails = () =>
    concat(
      of(1),
      throwError(() => new RangeError('failed')),
    )
  const operators = {
    map: r.map(n => n * 2),
    filter: r.filter(n => n % 2),
    scan: r.scan((a, b) => a + b),
    reduce: r.reduce((a, b) => a + b, 0),
    mergeMap: r.mergeMap(n => of(n, -n)),
    concatMap: r.concatMap(n => of(n).pipe(r.delay(1))),
    switchMap: r.switchMap(n => timer(0).pipe(r.map(() => n))),
    exhaustMap: r.exhaustMap(n => timer(0).pipe(r.map(() => n))),
    bufferCount: r.bufferCount(2, 1),
    windowCount: rx =>
      rx.pipe(
        r.windowCount(2),
        r.mergeMap(w => w.pipe(r.toArray())),
      ),
    groupBy: rx =>
      rx.pipe(
        r.groupBy(n => n % 2),
        r.mergeMap(g =>
          g.pipe(
            r.toArray(),
            r.map(v => [g.key, v]),
          ),
        ),
      ),
    distinct: r.distinct(n => n % 3),
    pairwise: r.pairwise(),
    skip: r.skip(2),
    takeLast: r.takeLast(2),
    takeWhile: r.takeWhile(n => n < 3, true),
    startWith: r.startWith(0),
    endWith: r.endWith(9),
    toArray: r.toArray(),
    tap: r.tap({ next: n => log('tap', n), finalize: () => log('finalized') }),
    materialize: r.materialize(),
    share: r.share(),
    debounceTime: r.debounceTime(1),
    throttleTime: r.throttleTime(1),
    expand: r.expand(n => (n < 20 ? of(n * 3) : EMPTY)),
    min: r.min(),
    max: r.max(),
    count: r.count(),
    every: r.every(n => n < 5),
    find: r.find(n => n > 2),
    elementAt: r.elementAt(9),
    single: r.single(),
    first: r.first(n => n > 9),
    last: r.last(),
    defaultIfEmpty: r.defaultIfEmpty(0),
    throwIfEmpty: rx => EMPTY.pipe(r.throwIfEmpty()),
    retry: r.retry(1),
    repeat: r.repeat(2),
    catchError: r.catchError(error => of(error.message)),
    observeOn: r.observeOn(asapScheduler),
    subscribeOn: r.subscribeOn(queueScheduler),
    timeout: r.timeout(50),
    throwing: r.map(() => {
      throw new TypeError('in an operator')
    }),
    zipWith: r.zipWith(of('a', 'b')),
    withLatestFrom: r.withLatestFrom(of('x')),
    sequenceEqual: r.sequenceEqual(numbers()),
    partition: rx => merge(...r.partition(rx, n => n > 2)),
  }
  for (const [name, operator] of Object.entries(operators)) for (const source of [numbers(), fails()]) await watch(name, operator(source))
  const sources = {
    from: from(new Set([1, 2])),
    promise: from(Promise.resolve('p')),
    asyncIterable: from(
      (async function* () {
        yield 1
        yield 2
      })(),
    ),
    rejected: from(Promise.reject(new Error('rejected'))),
    merge: merge(timer(2), timer(1)),
    combineLatest: combineLatest({ a: of(1), b: of(2) }),
    zip: zip(of(1, 2), of('a', 'b')),
    forkJoin: forkJoin([of(1), timer(1)]),
    race: race(timer(3), of('won')),
    defer: defer(() => of('deferred')),
    iif: iif(() => true, of('yes'), of('no')),
    range: range(1, 3),
    using: using(
      () => ({ unsubscribe: () => log('released') }),
      () => of('used'),
    ),
    interval: interval(1).pipe(r.take(3)),
    thrown: new Observable(() => {
      throw new Error('in subscribe')
    }),
    wrong: defer(() => 5),
  }
  for (const [name, source] of Object.entries(sources)) await watch(name, source)
  for (const subject of [new Subject(), new BehaviorSubject('first'), new ReplaySubject(2), new AsyncSubject()]) {
    const seen = []
    subject.next('early')
    const one = subject.subscribe(value => seen.push(value))
    subject.next('a')
    subject.subscribe({ next: value => seen.push(`two ${value}`), complete: () => seen.push('complete') })
    one.unsubscribe()
    subject.next('b')
    subject.complete()
    log(seen, subject.closed, subject.observed)
  }
  await log.attempt('first', () => firstValueFrom(EMPTY))
  await log.attempt('last', () => lastValueFrom(numbers()))
  await log.attempt('timeout', () => firstValueFrom(NEVER.pipe(r.timeout(2))))
  log(new TimeoutError().message)
  of(1).subscribe(() => {
    throw new Error('in a subscriber: reported later')
  })
  const unsubscribed = new r.Subscription(() => {
    throw new Error('in teardown')
  })
  log.attempt('teardown', () => unsubscribed.unsubscribe())
  await new Promise(resolve => asyncScheduler.schedule(resolve, 5))
  log.attempt('from nothing', () => from(undefined))
}
