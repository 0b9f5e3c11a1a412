import { get, writable } from 'svelte/store'

export const polls = writable([])
export const problem = writable('')

async function request(method, path, body) {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.message)
  return answer
}

export async function load() {
  polls.set(await request('GET', '/polls'))
}

export async function ask(question) {
  try {
    polls.set([...get(polls), await request('POST', '/polls', { question })])
    problem.set('')
  } catch (error) {
    problem.set(error.message)
  }
}

export async function vote(id, answer) {
  const poll = await request('POST', `/polls/${id}/votes`, { answer })
  polls.update(list => list.map(each => (each.id === id ? poll : each)))
}
