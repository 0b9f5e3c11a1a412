import { useEffect, useState } from 'react'
import type { FormEvent } from 'react'
import { useDispatch, useSelector } from 'react-redux'
import type { Task } from './api-client.ts'
import { addTask, loadTasks, setDone } from './store.ts'
import type { AppDispatch, AppState } from './store.ts'

export function App() {
  const dispatch = useDispatch<AppDispatch>()
  const { list, waiting, error } = useSelector((state: AppState) => state.tasks)
  useEffect(() => void dispatch(loadTasks()), [dispatch])
  return (
    <main>
      <h1>Tasks</h1>
      <NewTask onAdd={title => void dispatch(addTask(title))} />
      {error !== undefined && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <ul>
        {list.map(task => (
          <TaskRow key={task.id} task={task} onToggle={done => void dispatch(setDone({ id: task.id, done }))} />
        ))}
      </ul>
      <p aria-live="polite">
        {list.filter(({ done }) => !done).length} left{waiting > 0 && ' …'}
      </p>
    </main>
  )
}

function NewTask({ onAdd }: { readonly onAdd: (title: string) => void }) {
  const [title, setTitle] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onAdd(title)
    setTitle('')
  }
  return (
    <form onSubmit={submit}>
      <input aria-label="New task" value={title} onChange={event => setTitle(event.target.value)} />
      <button type="submit">Add</button>
    </form>
  )
}

function TaskRow({ task, onToggle }: { readonly task: Task; readonly onToggle: (done: boolean) => void }) {
  return (
    <li>
      <input id={`task-${task.id}`} type="checkbox" checked={task.done} onChange={event => onToggle(event.target.checked)} />
      <label htmlFor={`task-${task.id}`} className={task.done ? 'done' : ''}>
        {task.title}
      </label>
    </li>
  )
}
