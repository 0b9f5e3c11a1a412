import { work } from './work.mjs'

const place = process.argv[2] ?? 'forked'
if (process.send) process.send(work(place))
else console.log(work(place))
