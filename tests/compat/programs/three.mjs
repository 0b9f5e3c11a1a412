import * as THREE from 'three'

export const modules = { three: THREE }

export async function run(log, { isFull }) {
  const v = (x, y, z) => new THREE.Vector3(x, y, z)
  for (let round = 0; round < (isFull ? 50 : 5); round++) {
    const a = v(1 + round, 2, 3)
    const b = v(-1, 0.5, round)
    log(
      a.clone().cross(b).toArray(),
      a.dot(b),
      a.angleTo(b),
      a.clone().lerp(b, 0.3),
      a.clone().applyEuler(new THREE.Euler(0.1, 0.2, 0.3, 'ZYX')),
      a.clone().project(new THREE.PerspectiveCamera(50, 1.5, 0.1, 100)),
    )
    const q = new THREE.Quaternion().setFromAxisAngle(b.clone().normalize(), 0.7)
    const m = new THREE.Matrix4().compose(a, q, v(1, 2, 3))
    const [p, r, s] = [v(), new THREE.Quaternion(), v()]
    m.decompose(p, r, s)
    log(
      m.elements,
      m.determinant(),
      m.clone().invert().elements,
      p,
      r,
      s,
      q.slerp(r, 0.25).toArray(),
      new THREE.Matrix3().getNormalMatrix(m).elements,
    )
    const box = new THREE.Box3().setFromPoints([a, b, v(0, 0, 0)])
    const ray = new THREE.Ray(v(0, 0, 10), v(0, 0, -1))
    log(
      box,
      ray.intersectBox(box, v()),
      ray.distanceToPoint(a),
      new THREE.Sphere().setFromPoints([a, b]),
      new THREE.Triangle(a, b, v(0, 1, 0)).getNormal(v()),
      new THREE.Plane().setFromCoplanarPoints(a, b, v(1, 0, 0)),
    )
    log(
      new THREE.Color(0x336699).offsetHSL(0.1, 0, 0.1).getHexString(),
      new THREE.Color('rebeccapurple').getStyle(),
      THREE.MathUtils.euclideanModulo(-3, 5),
      THREE.MathUtils.smoothstep(0.3, 0, 1),
    )
    const curve = new THREE.CatmullRomCurve3([a, b, v(3, 3, 3), v(0, 0, 1)])
    log(
      curve.getPoints(5).map(point => point.toArray()),
      curve.getLength(),
      new THREE.CubicBezierCurve(new THREE.Vector2(), new THREE.Vector2(1, 0), new THREE.Vector2(1, 1), new THREE.Vector2(2, 1)).getPoint(0.4),
    )
  }
  const scene = new THREE.Scene()
  const mesh = new THREE.Mesh(new THREE.TorusGeometry(1, 0.4, 6, 8), new THREE.MeshBasicMaterial({ color: 'red' }))
  const group = new THREE.Group()
  group.position.set(1, 2, 3)
  group.add(mesh)
  scene.add(group)
  scene.updateMatrixWorld(true)
  const caster = new THREE.Raycaster(v(1.9, 2, 10), v(0, 0, -1))
  log(caster.intersectObjects(scene.children).map(({ distance, point, faceIndex }) => [distance, point, faceIndex]))
  for (const geometry of [
    new THREE.BoxGeometry(1, 2, 3),
    new THREE.SphereGeometry(1, 4, 3),
    new THREE.IcosahedronGeometry(1, 1),
    new THREE.ExtrudeGeometry(new THREE.Shape([new THREE.Vector2(), new THREE.Vector2(1, 0), new THREE.Vector2(1, 1)]), {
      depth: 1,
      bevelEnabled: false,
    }),
  ]) {
    geometry.computeBoundingSphere()
    log(
      geometry.type,
      geometry.attributes.position.count,
      Array.from(geometry.attributes.position.array.subarray(0, 12)),
      geometry.boundingSphere,
      geometry.toNonIndexed().attributes.normal.count,
    )
  }
  const mixer = new THREE.AnimationMixer(group)
  mixer.clipAction(new THREE.AnimationClip('move', 2, [new THREE.VectorKeyframeTrack('.position', [0, 1, 2], [0, 0, 0, 1, 1, 1, 0, 2, 0])])).play()
  for (const step of [0.1, 0.5, 0.9, 1]) {
    mixer.update(step)
    log(group.position.toArray())
  }
  const order = []
  group.addEventListener('ping', event => order.push(event.type))
  group.dispatchEvent({ type: 'ping' })
  scene.traverse(object => order.push(object.type))
  log(order, scene.children.length, group.clone().children.length)
  log.attempt('wrong', () => group.add(undefined))
  log.attempt('axis', () => new THREE.Euler().setFromQuaternion(new THREE.Quaternion(), 'ABC'))
  log.attempt('index', () => v().setComponent(9, 1))
}
