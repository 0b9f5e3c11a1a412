import { defineStore } from 'pinia'

async function request(method, path, body) {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.message)
  return answer
}

export const useNotes = defineStore('notes', {
  state: () => ({ list: [], draft: '', error: '' }),
  getters: { pinned: state => state.list.filter(note => note.pinned) },
  actions: {
    async load() {
      this.list = await request('GET', '/notes')
    },
    async add() {
      try {
        const note = await request('POST', '/notes', { text: this.draft })
        this.list.push(note)
        this.draft = ''
        this.error = ''
      } catch (error) {
        this.error = error.message
      }
    },
    async pin(id) {
      const note = await request('POST', `/notes/${id}/pin`)
      Object.assign(
        this.list.find(each => each.id === id),
        note,
      )
    },
  },
})
