import { work } from './work.js'

self.onmessage = ({ data }) => self.postMessage([work(data), typeof importScripts, self.name].join())
