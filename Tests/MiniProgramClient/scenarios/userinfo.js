'use strict'
const common = require('./common.js')
const endOthers = require('./endOthers.js')

module.exports = async function userinfo(tools) {
  const use = async (page) => {
    await page.tap('onTapProfile')
    tools.print('profile', page.data)
  }
  await common(tools, { use, kick: endOthers(tools) })
}
