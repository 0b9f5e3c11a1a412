import { work } from './work.js'

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('message', event => event.source.postMessage(work('service worker')))
self.addEventListener('fetch', event => {
  if (event.request.mode === 'navigate' || event.request.url.includes('/echo')) event.respondWith(fetch(event.request))
})
