/** As jsdom's and happy-dom's: modules go through Vite's client environment and run in Node, where there is a document. */
export default {
  name: 'document',
  viteEnvironment: 'client',
  setup(global) {
    Object.assign(global, { document: {}, location: { href: 'http://localhost:3000/' } })
    return { teardown: () => undefined }
  },
}
