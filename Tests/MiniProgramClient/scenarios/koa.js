'use strict'
const common = require('./common.js')

module.exports = async function koa(tools) {
  const { launch, makePhone, print } = tools
  const use = async (page) => {
    await page.tap('onTapProfile')
    print('profile', page.data.profile)
    await page.change('onChangeNickname', '爱丽丝 <b>')
    print('nickname', page.data)
    await page.change('onChangeNickname', 'a\u202Eb')
    print('bad nickname', page.data.notice)
    await page.givePhoneNumber('onGetPhoneNumber', null)
    print('phone refused', page.data.notice)
    await page.givePhoneNumber('onGetPhoneNumber', '13580006666')
    print('phone', page.data)
  }
  // All of a user's devices share the session of this style: logging out on one ends it on all.
  const kick = async (phone) => {
    const other = makePhone(phone.user)
    const page = await launch(other)
    await page.tap('onTapLogIn')
    await page.tap('onTapLogOut')
  }
  await common(tools, { use, kick })
}
