'use strict'
const common = require('./common.js')
const endOthers = require('./endOthers.js')

module.exports = async function jwt(tools) {
  const use = async (page) => {
    await page.tap('onTapVerify')
    tools.print('verify', page.data)
  }
  await common(tools, { use, kick: endOthers(tools) })
}
