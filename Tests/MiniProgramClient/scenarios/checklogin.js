'use strict'
const common = require('./common.js')
const endOthers = require('./endOthers.js')

module.exports = async function checklogin(tools) {
  const use = async (page) => {
    await page.tap('onTapCheck')
    tools.print('check', page.data)
  }
  await common(tools, { use, kick: endOthers(tools) })
}
