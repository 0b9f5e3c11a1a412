/** @jsxRuntime classic */
/** @jsx React.createElement */
/** @jsxFrag React.Fragment */
import React from 'react'

class Counter extends React.Component {
  state = { count: this.props.start }
  onClick = () => {
    this.setState(({ count }) => ({ count: count + 1 }))
  }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  render() {
    return (
      <>
        <button onClick={this.onClick}>{this.state.count}</button>
        {[1, 2].map(n => <i key={n}>{n}</i>)}
      </>
    )
  }
}

export const Classic = () => <Counter start={4} />
Classic.displayName = 'Classic'
export default () => <Classic />
