// Runs an app step by step: each is an activity, so that what it causes can be linked to it, and is over when nothing changes any more.
export const log = []
const root = document.getElementById('root')

const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
async function settle(isWaiting, pauseMs) {
  const look = () => `${log.length} ${root.innerHTML}`
  for (let last; last !== look() || isWaiting(last);) {
    last = look()
    await pause(pauseMs)
    await pause(0)
  }
}

function wrap(run, name) {
  const access = window.recorder?.access
  if (!access) return run()
  access.record(66, 0, [{ label: name, value: undefined }])
  const activity = access.startActivity(6, { name })
  access.runIn(activity, activity, run, undefined, [])
}

/** Until nothing changes for `pauseMs`, longer than the library puts effects off. `isWaiting` is asked with what is shown: more is to come. */
export function runner(steps, { isWaiting = () => false, pauseMs = 15 } = {}) {
  return async (names = Object.keys(steps)) => {
    for (const name of names) {
      log.push(`-- ${name}`)
      wrap(steps[name], name)
      await settle(isWaiting, pauseMs)
      log.push(root.innerHTML)
    }
    return log
  }
}
