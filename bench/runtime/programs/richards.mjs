// Martin Richards' simulation of an operating system's kernel: four kinds of tasks exchange packets through queues. Tiny methods on few
// shapes, nearly all time in calls: the hardest kind of program for a recorder. The two counters it ends with are known.
const ID = { idle: 0, worker: 1, handlerA: 2, handlerB: 3, deviceA: 4, deviceB: 5 }
const KIND_DEVICE = 0
const KIND_WORK = 1
const PACKET_DATA = 4
const COUNT = 1000

const RUNNING = 0
const RUNNABLE = 1
const SUSPENDED = 2
const HELD = 4
const SUSPENDED_RUNNABLE = SUSPENDED | RUNNABLE

class Packet {
  constructor(link, id, kind) {
    this.link = link
    this.id = id
    this.kind = kind
    this.first = 0
    this.data = [0, 0, 0, 0]
  }
  addTo(queue) {
    this.link = null
    if (queue === null) return this
    let last = queue
    for (let next = last.link; next !== null; next = last.link) last = next
    last.link = this
    return queue
  }
}

class TaskControlBlock {
  constructor(link, id, priority, queue, task) {
    this.link = link
    this.id = id
    this.priority = priority
    this.queue = queue
    this.task = task
    this.state = queue === null ? SUSPENDED : SUSPENDED_RUNNABLE
  }
  setRunning() {
    this.state = RUNNING
  }
  markAsNotHeld() {
    this.state &= ~HELD
  }
  markAsHeld() {
    this.state |= HELD
  }
  isHeldOrSuspended() {
    return (this.state & HELD) !== 0 || this.state === SUSPENDED
  }
  markAsSuspended() {
    this.state |= SUSPENDED
  }
  markAsRunnable() {
    this.state |= RUNNABLE
  }
  run() {
    let packet = null
    if (this.state === SUSPENDED_RUNNABLE) {
      packet = this.queue
      this.queue = packet.link
      this.state = this.queue === null ? RUNNING : RUNNABLE
    }
    return this.task.run(packet)
  }
  checkPriorityAdd(task, packet) {
    if (this.queue !== null) {
      this.queue = packet.addTo(this.queue)
      return task
    }
    this.queue = packet
    this.markAsRunnable()
    return this.priority > task.priority ? this : task
  }
}

class Scheduler {
  constructor() {
    this.queueCount = 0
    this.holdCount = 0
    this.blocks = [null, null, null, null, null, null]
    this.list = null
    this.current = null
    this.currentId = null
  }
  addIdleTask(id, priority, queue, count) {
    this.addRunningTask(id, priority, queue, new IdleTask(this, 1, count))
  }
  addWorkerTask(id, priority, queue) {
    this.addTask(id, priority, queue, new WorkerTask(this, ID.handlerA, 0))
  }
  addHandlerTask(id, priority, queue) {
    this.addTask(id, priority, queue, new HandlerTask(this))
  }
  addDeviceTask(id, priority, queue) {
    this.addTask(id, priority, queue, new DeviceTask(this))
  }
  addRunningTask(id, priority, queue, task) {
    this.addTask(id, priority, queue, task)
    this.current.setRunning()
  }
  addTask(id, priority, queue, task) {
    this.current = new TaskControlBlock(this.list, id, priority, queue, task)
    this.list = this.current
    this.blocks[id] = this.current
  }
  schedule() {
    this.current = this.list
    while (this.current !== null) {
      if (this.current.isHeldOrSuspended()) this.current = this.current.link
      else {
        this.currentId = this.current.id
        this.current = this.current.run()
      }
    }
  }
  release(id) {
    const block = this.blocks[id]
    if (block === null) return block
    block.markAsNotHeld()
    return block.priority > this.current.priority ? block : this.current
  }
  holdCurrent() {
    this.holdCount++
    this.current.markAsHeld()
    return this.current.link
  }
  suspendCurrent() {
    this.current.markAsSuspended()
    return this.current
  }
  queue(packet) {
    const block = this.blocks[packet.id]
    if (block === null) return block
    this.queueCount++
    packet.link = null
    packet.id = this.currentId
    return block.checkPriorityAdd(this.current, packet)
  }
}

class IdleTask {
  constructor(scheduler, seed, count) {
    this.scheduler = scheduler
    this.seed = seed
    this.count = count
  }
  run() {
    this.count--
    if (this.count === 0) return this.scheduler.holdCurrent()
    if ((this.seed & 1) === 0) {
      this.seed >>= 1
      return this.scheduler.release(ID.deviceA)
    }
    this.seed = (this.seed >> 1) ^ 0xd008
    return this.scheduler.release(ID.deviceB)
  }
}

class DeviceTask {
  constructor(scheduler) {
    this.scheduler = scheduler
    this.pending = null
  }
  run(packet) {
    if (packet !== null) {
      this.pending = packet
      return this.scheduler.holdCurrent()
    }
    if (this.pending === null) return this.scheduler.suspendCurrent()
    const ready = this.pending
    this.pending = null
    return this.scheduler.queue(ready)
  }
}

class WorkerTask {
  constructor(scheduler, to, letter) {
    this.scheduler = scheduler
    this.to = to
    this.letter = letter
  }
  run(packet) {
    if (packet === null) return this.scheduler.suspendCurrent()
    this.to = this.to === ID.handlerA ? ID.handlerB : ID.handlerA
    packet.id = this.to
    packet.first = 0
    for (let i = 0; i < PACKET_DATA; i++) {
      this.letter = this.letter === 26 ? 1 : this.letter + 1
      packet.data[i] = this.letter
    }
    return this.scheduler.queue(packet)
  }
}

class HandlerTask {
  constructor(scheduler) {
    this.scheduler = scheduler
    this.devices = null
    this.work = null
  }
  run(packet) {
    if (packet !== null) {
      if (packet.kind === KIND_WORK) this.work = packet.addTo(this.work)
      else this.devices = packet.addTo(this.devices)
    }
    if (this.work === null) return this.scheduler.suspendCurrent()
    const count = this.work.first
    if (count >= PACKET_DATA) {
      const done = this.work
      this.work = this.work.link
      return this.scheduler.queue(done)
    }
    if (this.devices === null) return this.scheduler.suspendCurrent()
    const device = this.devices
    this.devices = this.devices.link
    device.first = this.work.data[count]
    this.work.first = count + 1
    return this.scheduler.queue(device)
  }
}

const packets = (id, kind, count) => {
  let queue = null
  for (let i = 0; i < count; i++) queue = new Packet(queue, id, kind)
  return queue
}

export function main() {
  const scheduler = new Scheduler()
  scheduler.addIdleTask(ID.idle, 0, null, COUNT)
  scheduler.addWorkerTask(ID.worker, 1000, packets(ID.worker, KIND_WORK, 2))
  scheduler.addHandlerTask(ID.handlerA, 2000, packets(ID.deviceA, KIND_DEVICE, 3))
  scheduler.addHandlerTask(ID.handlerB, 3000, packets(ID.deviceB, KIND_DEVICE, 3))
  scheduler.addDeviceTask(ID.deviceA, 4000, null)
  scheduler.addDeviceTask(ID.deviceB, 5000, null)
  scheduler.schedule()
  return `${scheduler.queueCount} ${scheduler.holdCount}`
}
export const expected = '2322 928'
