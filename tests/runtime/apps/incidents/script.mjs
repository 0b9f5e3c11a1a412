/** Works, and fails at the end when it is told to. */
function step(number) {
  return `step ${number}`
}

for (let i = 0; i < 500; i++) step(i)
if (process.argv[2] === 'fail') console.error('it failed')
if (process.argv[2] === 'throw') throw new RangeError('it threw')
