export function createCounter(start: number = 0) {
  let count = $state<number>(start)
  return {
    get count(): number {
      return count
    },
    increment: (by: number = 1): number => (count += by),
  }
}

export class Timer {
  seconds = $state(0)
  minutes = $derived(Math.floor(this.seconds / 60))
  tick(): void {
    this.seconds++
  }
}
