// Coverage instrumenters as functions from JavaScript to JavaScript, and as the last of Vite's transforms, where ours stands too.
export const PEERS = {
  async 'oxc-coverage-instrument'() {
    const { instrument } = await import('oxc-coverage-instrument')
    return (code, id) => instrument(code, id).code
  },
  async 'istanbul-lib-instrument'() {
    const { createInstrumenter } = await import('istanbul-lib-instrument')
    return (code, id) => createInstrumenter({ esModules: true, compact: false }).instrumentSync(code, id)
  },
}

export async function peerPlugin(name) {
  const run = await PEERS[name]()
  return {
    name,
    enforce: 'post',
    transform: {
      filter: { id: { include: /\.[cm]?[jt]sx?$/, exclude: [/\0/, /node_modules/] } },
      handler: (code, id) => ({ code: run(code, id), map: null }),
    },
  }
}
