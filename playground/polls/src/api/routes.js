import { Hono } from 'hono'
import { addPoll, addVote, allPolls } from './polls.js'

export function pollRoutes() {
  const routes = new Hono()
  routes.get('/polls', context => context.json(allPolls()))
  routes.post('/polls', async context => {
    const { question } = await context.req.json()
    return context.json(addPoll(checkedQuestion(question)), 201)
  })
  routes.post('/polls/:id/votes', async context => {
    const { answer } = await context.req.json()
    return context.json(addVote(Number(context.req.param('id')), answer))
  })
  return routes
}

function checkedQuestion(question) {
  if (typeof question !== 'string' || question.trim() === '') throw Object.assign(new Error('A poll has a question.'), { status: 400 })
  return question.trim()
}
