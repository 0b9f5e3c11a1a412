function login(user, password, apiKey) {
  let token = user + password
  token = apiKey
  try { throw user } catch (secret) { return token.length }
}
log(login('u', 'p', 'k'))
