// The DeltaBlue algorithm (Sannella, Maloney, Freeman-Benson, Borning: "Multi-way versus one-way constraints in user interfaces", 1993):
// an incremental solver of constraints. Deep inheritance, many short methods, small collections. The values it ends with are known.
const REQUIRED = 0
const STRONG_PREFERRED = 1
const PREFERRED = 2
const STRONG_DEFAULT = 3
const NORMAL = 4
const WEAK_DEFAULT = 5
const WEAKEST = 6
const NONE = 0
const FORWARD = 1
const BACKWARD = -1

const isStronger = (a, b) => a < b
const isWeaker = (a, b) => a > b
const weakestOf = (a, b) => (isWeaker(a, b) ? a : b)

class Constraint {
  constructor(strength) {
    this.strength = strength
  }
  addConstraint(planner) {
    this.addToGraph()
    planner.incrementalAdd(this)
  }
  satisfy(planner, mark) {
    this.chooseMethod(mark)
    if (!this.isSatisfied()) return null
    this.markInputs(mark)
    const out = this.output()
    const overridden = out.determinedBy
    if (overridden !== null) overridden.markUnsatisfied()
    out.determinedBy = this
    if (!planner.addPropagate(this, mark)) throw new Error('cycle')
    out.mark = mark
    return overridden
  }
  destroyConstraint(planner) {
    if (this.isSatisfied()) planner.incrementalRemove(this)
    else this.removeFromGraph()
  }
  isInput() {
    return false
  }
}

class UnaryConstraint extends Constraint {
  constructor(planner, variable, strength) {
    super(strength)
    this.variable = variable
    this.satisfied = false
    this.addConstraint(planner)
  }
  addToGraph() {
    this.variable.addConstraint(this)
    this.satisfied = false
  }
  chooseMethod(mark) {
    this.satisfied = this.variable.mark !== mark && isStronger(this.strength, this.variable.walkStrength)
  }
  isSatisfied() {
    return this.satisfied
  }
  markInputs() {}
  output() {
    return this.variable
  }
  recalculate() {
    this.variable.walkStrength = this.strength
    this.variable.stay = !this.isInput()
    if (this.variable.stay) this.execute()
  }
  markUnsatisfied() {
    this.satisfied = false
  }
  inputsKnown() {
    return true
  }
  removeFromGraph() {
    if (this.variable !== null) this.variable.removeConstraint(this)
    this.satisfied = false
  }
}

class StayConstraint extends UnaryConstraint {
  execute() {}
}

class EditConstraint extends UnaryConstraint {
  isInput() {
    return true
  }
  execute() {}
}

class BinaryConstraint extends Constraint {
  constructor(strength, first, second) {
    super(strength)
    this.first = first
    this.second = second
    this.direction = NONE
  }
  chooseMethod(mark) {
    const { first, second, strength } = this
    if (first.mark === mark) {
      this.direction = second.mark !== mark && isStronger(strength, second.walkStrength) ? FORWARD : NONE
    } else if (second.mark === mark) {
      this.direction = isStronger(strength, first.walkStrength) ? BACKWARD : NONE
    } else if (isWeaker(first.walkStrength, second.walkStrength)) {
      this.direction = isStronger(strength, first.walkStrength) ? BACKWARD : NONE
    } else {
      this.direction = isStronger(strength, second.walkStrength) ? FORWARD : BACKWARD
    }
  }
  addToGraph() {
    this.first.addConstraint(this)
    this.second.addConstraint(this)
    this.direction = NONE
  }
  isSatisfied() {
    return this.direction !== NONE
  }
  markInputs(mark) {
    this.input().mark = mark
  }
  input() {
    return this.direction === FORWARD ? this.first : this.second
  }
  output() {
    return this.direction === FORWARD ? this.second : this.first
  }
  recalculate() {
    const input = this.input()
    const output = this.output()
    output.walkStrength = weakestOf(this.strength, input.walkStrength)
    output.stay = input.stay
    if (output.stay) this.execute()
  }
  markUnsatisfied() {
    this.direction = NONE
  }
  inputsKnown(mark) {
    const input = this.input()
    return input.mark === mark || input.stay || input.determinedBy === null
  }
  removeFromGraph() {
    if (this.first !== null) this.first.removeConstraint(this)
    if (this.second !== null) this.second.removeConstraint(this)
    this.direction = NONE
  }
}

class EqualityConstraint extends BinaryConstraint {
  constructor(planner, first, second, strength) {
    super(strength, first, second)
    this.addConstraint(planner)
  }
  execute() {
    this.output().value = this.input().value
  }
}

class ScaleConstraint extends BinaryConstraint {
  constructor(planner, source, scale, offset, destination, strength) {
    super(strength, source, destination)
    this.scale = scale
    this.offset = offset
    this.addConstraint(planner)
  }
  addToGraph() {
    super.addToGraph()
    this.scale.addConstraint(this)
    this.offset.addConstraint(this)
  }
  removeFromGraph() {
    super.removeFromGraph()
    if (this.scale !== null) this.scale.removeConstraint(this)
    if (this.offset !== null) this.offset.removeConstraint(this)
  }
  markInputs(mark) {
    super.markInputs(mark)
    this.scale.mark = this.offset.mark = mark
  }
  execute() {
    if (this.direction === FORWARD) this.second.value = this.first.value * this.scale.value + this.offset.value
    else this.first.value = (this.second.value - this.offset.value) / this.scale.value
  }
  recalculate() {
    const input = this.input()
    const output = this.output()
    output.walkStrength = weakestOf(this.strength, input.walkStrength)
    output.stay = input.stay && this.scale.stay && this.offset.stay
    if (output.stay) this.execute()
  }
}

class Variable {
  constructor(name, value) {
    this.value = value
    this.constraints = []
    this.determinedBy = null
    this.mark = 0
    this.walkStrength = WEAKEST
    this.stay = true
    this.name = name
  }
  addConstraint(constraint) {
    this.constraints.push(constraint)
  }
  removeConstraint(constraint) {
    const at = this.constraints.indexOf(constraint)
    if (at >= 0) this.constraints.splice(at, 1)
    if (this.determinedBy === constraint) this.determinedBy = null
  }
}

class Plan {
  constructor() {
    this.steps = []
  }
  addConstraint(constraint) {
    this.steps.push(constraint)
  }
  size() {
    return this.steps.length
  }
  constraintAt(index) {
    return this.steps[index]
  }
  execute() {
    for (let i = 0; i < this.size(); i++) this.constraintAt(i).execute()
  }
}

class Planner {
  constructor() {
    this.currentMark = 0
  }
  newMark() {
    return ++this.currentMark
  }
  incrementalAdd(constraint) {
    const mark = this.newMark()
    let overridden = constraint.satisfy(this, mark)
    while (overridden !== null) overridden = overridden.satisfy(this, mark)
  }
  incrementalRemove(constraint) {
    const out = constraint.output()
    constraint.markUnsatisfied()
    constraint.removeFromGraph()
    const unsatisfied = this.removePropagateFrom(out)
    for (let strength = REQUIRED; strength !== WEAKEST; strength++) {
      for (const other of unsatisfied) if (other.strength === strength) this.incrementalAdd(other)
    }
  }
  makePlan(sources) {
    const mark = this.newMark()
    const plan = new Plan()
    const pending = sources
    while (pending.length > 0) {
      const constraint = pending.pop()
      if (constraint.output().mark === mark || !constraint.inputsKnown(mark)) continue
      plan.addConstraint(constraint)
      constraint.output().mark = mark
      this.addConstraintsConsumingTo(constraint.output(), pending)
    }
    return plan
  }
  extractPlanFromConstraints(constraints) {
    const sources = []
    for (const constraint of constraints) if (constraint.isInput() && constraint.isSatisfied()) sources.push(constraint)
    return this.makePlan(sources)
  }
  addPropagate(constraint, mark) {
    const pending = [constraint]
    while (pending.length > 0) {
      const next = pending.pop()
      if (next.output().mark === mark) {
        this.incrementalRemove(constraint)
        return false
      }
      next.recalculate()
      this.addConstraintsConsumingTo(next.output(), pending)
    }
    return true
  }
  removePropagateFrom(out) {
    out.determinedBy = null
    out.walkStrength = WEAKEST
    out.stay = true
    const unsatisfied = []
    const pending = [out]
    while (pending.length > 0) {
      const variable = pending.pop()
      for (const constraint of variable.constraints) if (!constraint.isSatisfied()) unsatisfied.push(constraint)
      const determining = variable.determinedBy
      for (const next of variable.constraints) {
        if (next === determining || !next.isSatisfied()) continue
        next.recalculate()
        pending.push(next.output())
      }
    }
    return unsatisfied
  }
  addConstraintsConsumingTo(variable, into) {
    const determining = variable.determinedBy
    for (const constraint of variable.constraints) {
      if (constraint !== determining && constraint.isSatisfied()) into.push(constraint)
    }
  }
}

function change(planner, variable, value) {
  const edit = new EditConstraint(planner, variable, PREFERRED)
  const plan = planner.extractPlanFromConstraints([edit])
  for (let i = 0; i < 10; i++) {
    variable.value = value
    plan.execute()
  }
  edit.destroyConstraint(planner)
}

/** A chain of equalities: an edit at its start comes out at its end. */
function chainTest(count) {
  const planner = new Planner()
  let previous = null
  let first = null
  let last = null
  for (let i = 0; i <= count; i++) {
    const variable = new Variable(`v${i}`, 0)
    if (previous !== null) new EqualityConstraint(planner, previous, variable, REQUIRED)
    if (i === 0) first = variable
    if (i === count) last = variable
    previous = variable
  }
  new StayConstraint(planner, last, STRONG_DEFAULT)
  const edit = new EditConstraint(planner, first, PREFERRED)
  const plan = planner.extractPlanFromConstraints([edit])
  for (let i = 0; i < 100; i++) {
    first.value = i
    plan.execute()
    if (last.value !== i) throw new Error('the chain is broken')
  }
  edit.destroyConstraint(planner)
  return last.value
}

/** Many scaled pairs: editing one side, the scale or the offset shows on the other. */
function projectionTest(count) {
  const planner = new Planner()
  const scale = new Variable('scale', 10)
  const offset = new Variable('offset', 1000)
  let source = null
  let destination = null
  const destinations = []
  for (let i = 0; i < count; i++) {
    source = new Variable(`src${i}`, i)
    destination = new Variable(`dst${i}`, i)
    destinations.push(destination)
    new StayConstraint(planner, source, NORMAL)
    new ScaleConstraint(planner, source, scale, offset, destination, REQUIRED)
  }
  let sum = 0
  change(planner, source, 17)
  sum += destination.value
  change(planner, destination, 1050)
  sum += source.value
  change(planner, scale, 5)
  for (let i = 0; i < count - 1; i++) if (destinations[i].value !== i * 5 + 1000) throw new Error('the scale is wrong')
  change(planner, offset, 2000)
  for (let i = 0; i < count - 1; i++) if (destinations[i].value !== i * 5 + 2000) throw new Error('the offset is wrong')
  return sum
}

export const main = () => `${chainTest(100)} ${projectionTest(100)} ${STRONG_PREFERRED} ${WEAK_DEFAULT}`
export const expected = '99 1175 1 5'
