import { Router } from 'express'
import { query } from './db.js'

export function noteRoutes() {
  const router = Router()
  router.get('/notes', async (_request, response) => response.json(await query('SELECT id, text, pinned FROM notes ORDER BY id')))
  router.post('/notes', checkText, async ({ body }, response) => {
    const [note] = await query('INSERT INTO notes (text) VALUES ($1) RETURNING id, text, pinned', [body.text])
    response.status(201).json(note)
  })
  router.post('/notes/:id/pin', async ({ params }, response) => {
    const [note] = await query('UPDATE notes SET pinned = NOT pinned WHERE id = $1 RETURNING id, text, pinned', [params.id])
    if (note === undefined) throw Object.assign(new Error('There is no such note.'), { status: 404 })
    response.json(note)
  })
  return router
}

function checkText({ body }, _response, next) {
  const isFine = typeof body?.text === 'string' && body.text.trim() !== ''
  next(isFine ? undefined : Object.assign(new Error('A note has a text.'), { status: 400 }))
}
