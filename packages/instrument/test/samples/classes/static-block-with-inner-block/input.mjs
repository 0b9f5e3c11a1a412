class K {
  static value = 1
  static { { let inner = K.value; log(inner) } log('end') }
  static { let inner = 2; { let inner = 3; log(inner) } log(inner) }
}
log(typeof K)
