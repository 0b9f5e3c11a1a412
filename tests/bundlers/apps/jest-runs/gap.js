/** Left out of the recording: what runs behind its await has no recorded function around it. */
exports.later = async (ms, run) => {
  await new Promise(resolve => setTimeout(resolve, ms))
  return run()
}
