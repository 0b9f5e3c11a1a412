import { createRoot } from 'react-dom/client'
import { Provider } from 'react-redux'
import { App } from './app.tsx'
import { store } from './store.ts'
import './styles.css'

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <Provider store={store}>
      <App />
    </Provider>,
  )
