'use strict'
// The elements of a page that a user can see: those whose own wx:if, and those of all around them, are true.
const vm = require('node:vm')

function visibleElements(wxml, data) {
  const elements = []
  const open = []
  for (const [, close, name, attributes, isEmpty] of wxml.matchAll(/<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/g)) {
    if (close) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> ends nothing`)
      continue
    }
    const element = { name, isVisible: open.every(({ isVisible }) => isVisible) }
    for (const [, key, value] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) element[key] = value
    const condition = element['wx:if']?.match(/^\{\{(.*)\}\}$/)
    if (condition && element.isVisible) element.isVisible = Boolean(vm.runInNewContext(condition[1], { ...data }))
    elements.push(element)
    if (!isEmpty) open.push(element)
  }
  if (open.length > 0) throw new Error(`<${open[0].name}> has no end`)
  return elements.filter(({ isVisible }) => isVisible)
}

// The handlers that a page's elements name, seen or not.
function handlers(wxml) {
  return [...wxml.matchAll(/\sbind[\w:]+="([^"]*)"/g)].map(([, name]) => name)
}

module.exports = { visibleElements, handlers }
