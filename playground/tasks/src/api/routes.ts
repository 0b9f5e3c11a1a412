import type { FastifyInstance } from 'fastify'
import { query } from './db.ts'
import type { TaskRecord } from './db.ts'

const MAX_TITLE = 80

export function registerRoutes(app: FastifyInstance): void {
  app.addHook('preHandler', requireJson)
  app.get('/api/tasks', listTasks)
  app.post<{ Body: { title: string } }>('/api/tasks', async ({ body }, reply) => {
    const title = checkTitle(body.title)
    if (title === undefined) return reply.code(400).send({ message: `A task has a title of 1 to ${MAX_TITLE} characters.` })
    return insertTask(title)
  })
  app.put<{ Params: { id: string }; Body: { done: boolean } }>('/api/tasks/:id', async ({ params, body }, reply) => {
    const task = await updateDone(Number(params.id), body.done)
    return task ?? reply.code(404).send({ message: 'There is no such task.' })
  })
}

async function requireJson(request: { readonly method: string; readonly body: unknown }): Promise<void> {
  if (request.method !== 'GET' && typeof request.body !== 'object') throw new Error('JSON is wanted.')
}

const listTasks = (): Promise<TaskRecord[]> => query<TaskRecord>('SELECT id, title, done FROM tasks ORDER BY id')

function checkTitle(title: unknown): string | undefined {
  const text = typeof title === 'string' ? title.trim() : ''
  return text.length > 0 && text.length <= MAX_TITLE ? text : undefined
}

async function insertTask(title: string): Promise<TaskRecord | undefined> {
  const [task] = await query<TaskRecord>('INSERT INTO tasks (title) VALUES ($1) RETURNING id, title, done', [title])
  return task
}

async function updateDone(id: number, done: boolean): Promise<TaskRecord | undefined> {
  const [task] = await query<TaskRecord>('UPDATE tasks SET done = $2 WHERE id = $1 RETURNING id, title, done', [id, done])
  return task
}
