import { work } from './work.js'

self.onconnect = ({ ports: [port] }) => port.postMessage(work('shared worker'))
