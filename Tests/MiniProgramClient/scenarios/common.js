'use strict'
// What every program goes through, whatever its system; `use` does what is its own on a page that is logged in, and
// `kick` ends the session of a phone from elsewhere.
module.exports = async function common({ launch, makePhone, control, print }, { use, kick }) {
  const phone = makePhone('alice')
  let page = await launch(phone)
  print('first launch', page.data)
  await page.tap('onTapLogIn')
  print('log in', page.data)
  await use(page)
  const token = phone.storage.get('token')

  page = await launch(phone)
  print('launch with the stored token', { isLoggedIn: page.data.isLoggedIn, logins: phone.logins })

  await control('away')
  page = await launch(phone)
  const isKept = phone.storage.get('token') === token
  print('launch while nobody can tell', { notice: page.data.notice, isKept, logins: phone.logins })
  await control('back')

  await kick(phone)
  page = await launch(phone)
  print('launch after being kicked', { isLoggedIn: page.data.isLoggedIn, logins: phone.logins })
  await control('expire')
  page = await launch(phone)
  print('launch after the end of the session', { isLoggedIn: page.data.isLoggedIn, logins: phone.logins })
  phone.storage.set('token', 'of-a-system-before')
  page = await launch(phone)
  print('launch with what is no token', { isLoggedIn: page.data.isLoggedIn, logins: phone.logins })
  await use(page)

  await page.tap('onTapLogOut')
  print('log out', { ...page.data, stored: phone.storage.size })
  page = await launch(phone)
  print('launch after logging out', { ...page.data, logins: phone.logins })
  await page.tap('onTapLogIn')
  print('log in again', { ...page.data, logins: phone.logins })

  const blocked = makePhone('blocked')
  page = await launch(blocked)
  await page.tap('onTapLogIn')
  print('WeChat blocks the user', { ...page.data, stored: blocked.storage.size })
}
