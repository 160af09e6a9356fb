'use strict'
const common = require('./common.js')
const endOthers = require('./endOthers.js')

module.exports = async function credit(tools) {
  const use = async (page) => {
    await page.tap('onTapCredit')
    tools.print('credit', page.data)
  }
  await common(tools, { use, kick: endOthers(tools) })
}
