import { configureStore, createAsyncThunk, createSlice } from '@reduxjs/toolkit'
import { fetchTasks, postTask, putDone } from './api-client.ts'
import type { Task } from './api-client.ts'

interface TasksState {
  readonly list: readonly Task[]
  readonly waiting: number
  readonly error: string | undefined
}

const initialState: TasksState = { list: [], waiting: 0, error: undefined }

export const loadTasks = createAsyncThunk('tasks/load', () => fetchTasks())
export const addTask = createAsyncThunk('tasks/add', (title: string) => postTask(title))
export const setDone = createAsyncThunk('tasks/setDone', ({ id, done }: { id: number; done: boolean }) => putDone(id, done))

const tasks = createSlice({
  name: 'tasks',
  initialState,
  reducers: {},
  extraReducers: builder =>
    builder
      .addCase(loadTasks.fulfilled, (state, { payload }) => ({ ...state, list: payload }))
      .addCase(addTask.fulfilled, (state, { payload }) => ({ ...state, list: [...state.list, payload] }))
      .addCase(setDone.fulfilled, (state, { payload }) => ({
        ...state,
        list: state.list.map(task => (task.id === payload.id ? payload : task)),
      }))
      .addMatcher(
        ({ type }) => type.endsWith('/pending'),
        state => ({ ...state, waiting: state.waiting + 1, error: undefined }),
      )
      .addMatcher(
        ({ type }) => /\/(fulfilled|rejected)$/.test(type),
        state => ({ ...state, waiting: state.waiting - 1 }),
      )
      .addMatcher(
        ({ type }) => type.endsWith('/rejected'),
        (state, action) => ({ ...state, error: (action as { error?: { message?: string } }).error?.message ?? 'failed' }),
      ),
})

export const store = configureStore({ reducer: { tasks: tasks.reducer } })
export type AppState = ReturnType<typeof store.getState>
export type AppDispatch = typeof store.dispatch
