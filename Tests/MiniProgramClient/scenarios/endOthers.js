'use strict'
// Ends the session of a phone from another one of the same user: that logs in, and ends all others.
module.exports = function endOthers({ launch, makePhone, ask }) {
  return async (phone) => {
    const other = makePhone(phone.user)
    const page = await launch(other)
    await page.tap('onTapLogIn')
    await ask('DELETE', '/user/sessions', { token: other.storage.get('token') })
  }
}
