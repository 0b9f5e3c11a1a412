import { work } from './work.js'

const other = window.parent === window ? window.opener : window.parent
other.postMessage(work(location.hash.slice(1) || 'written popup'), '*')
