const polls = []

export const allPolls = () => polls

export function addPoll(question) {
  const poll = { id: polls.length + 1, question, yes: 0, no: 0 }
  polls.push(poll)
  return poll
}

export function addVote(id, answer) {
  const poll = polls.find(each => each.id === id)
  if (poll === undefined) throw Object.assign(new Error('There is no such poll.'), { status: 404 })
  if (answer === 'yes') poll.yes++
  else poll.no++
  return poll
}
