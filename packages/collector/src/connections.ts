/** Which realms are connected, and what their going means. */
import type { TraceStore } from '@hindscope/store/model'
import type { Hello } from './ingest-socket.ts'
import type { LiveViewers } from './live-viewers.ts'
import type { SessionShelf } from './session-shelf.ts'

const isNodeRealm = (store: TraceStore, realm: number): boolean => store.trackOfRealm(realm)?.definition?.realmKind.startsWith('node') === true

export class Connections {
  private readonly shelf: SessionShelf
  private readonly viewers: LiveViewers
  private readonly counts = new Map<string, number>()
  private readonly work = new Set<Promise<void>>()
  private readonly failed: (error: unknown) => void

  /** A Node realm is not connected any more: it may have left something behind. */
  onNodeGone: () => Promise<void> = () => Promise.resolve()

  constructor(shelf: SessionShelf, viewers: LiveViewers, failed: (error: unknown) => void) {
    this.failed = failed
    this.shelf = shelf
    this.viewers = viewers
  }

  greeted(hello: Hello): void {
    this.change(hello, 1)
  }

  has(session: string, realm: number): boolean {
    return (this.counts.get(`${session} ${realm}`) ?? 0) > 0
  }

  closed(hello: Hello | undefined): void {
    if (hello !== undefined) this.change(hello, -1)
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.work)
  }

  private change(hello: Hello, by: 1 | -1): void {
    const key = `${hello.session} ${hello.realm}`
    const count = (this.counts.get(key) ?? 0) + by
    this.counts.set(key, count)
    const done: Promise<void> = this.mark(hello, count > 0)
      .catch(this.failed)
      .finally(() => this.work.delete(done))
    this.work.add(done)
  }

  private async mark(hello: Hello, isConnected: boolean): Promise<void> {
    const { store } = await this.shelf.forWriting(hello.session)
    if (isConnected) store.connected.add(hello.realm)
    else store.connected.delete(hello.realm)
    this.viewers.storeChanged(store)
    if (!isConnected && isNodeRealm(store, hello.realm)) await this.onNodeGone()
  }
}
