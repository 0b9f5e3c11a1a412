export default { keep: 'incidents', keepSeconds: 30, keepAfterSeconds: 1 }
