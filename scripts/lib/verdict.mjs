const SQL = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b/

/** What the recording of the visit must hold; one sentence for each thing that it does not. */
export function judge(session, chains) {
  const realms = session.tracks.filter(track => track.calls > 0).map(track => track.realmKind)
  const complaints = []
  if (!realms.includes('page')) complaints.push('No call of the page was recorded.')
  if (!realms.includes('node')) complaints.push('No call of the server was recorded.')
  if (session.errors === 0) complaints.push('No error was recorded, although the coupon breaks the server.')
  if (session.dropped > 0) complaints.push(`${session.dropped} events were dropped.`)
  if (session.damage.length > 0) complaints.push(`The recording has ${session.damage.length} damaged places.`)
  if (!chains.some(chain => isClickToSql(chain, session))) complaints.push('No chain leads from a click in the page to a query in the server.')
  return complaints
}

/** Does this chain begin with a click in the page and hold a call of the server that was given SQL? */
export function isClickToSql(chain, session) {
  const kindOf = node => session.tracks.find(track => track.track === node.ref.track)?.realmKind
  const { node: root } = chain.tree
  const isClick = root.activity === 'domEvent' && /click/i.test(`${root.name} ${root.preview}`) && kindOf(root) === 'page'
  return isClick && chain.nodes.some(node => node.kind === 'call' && kindOf(node) === 'node' && SQL.test(node.preview))
}
