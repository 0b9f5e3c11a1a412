log('before')
const half = (
