export interface Task {
  readonly id: number
  readonly title: string
  readonly done: boolean
}

/** Throws an Error with what the API said. */
async function request<Result>(method: string, path: string, body?: object): Promise<Result> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error((answer as { message?: string }).message ?? response.statusText)
  return answer as Result
}

export const fetchTasks = (): Promise<Task[]> => request('GET', '/tasks')
export const postTask = (title: string): Promise<Task> => request('POST', '/tasks', { title })
export const putDone = (id: number, done: boolean): Promise<Task> => request('PUT', `/tasks/${id}`, { done })
