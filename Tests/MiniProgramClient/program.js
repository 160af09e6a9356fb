'use strict'
// Loads a mini program as WeChat does, into a world of its own that has `wx` and the language, and nothing of node.
const fs = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')
const { visibleElements, handlers } = require('./wxml.js')

class Program {
  constructor(folder) {
    this.folder = folder
    this.configuration = this.json('app.json')
    this.json('project.config.json')
  }

  read(name) {
    return fs.readFileSync(path.join(this.folder, name), 'utf8')
  }

  json(name) {
    return JSON.parse(this.read(name))
  }

  // Runs a module of the program, and of what it requires, each once a launch.
  loader(globals) {
    const context = vm.createContext(globals)
    const modules = new Map()
    const load = (name) => {
      if (modules.has(name)) return modules.get(name).exports
      const module = { exports: {} }
      modules.set(name, module)
      const require = (other) => load(path.join(path.dirname(name), other))
      const source = `(function (module, exports, require) {${this.read(name)}\n})`
      vm.runInContext(source, context, { filename: path.join(this.folder, name) })(module, module.exports, require)
      return module.exports
    }
    return load
  }

  // Where the program thinks the service is.
  get serverName() {
    return this.loader({})('config.js').baseUrl
  }

  // Opens the program on a phone, waits until its first page is there, and gives the page.
  async launch(phone) {
    let app
    let page
    const load = this.loader({
      wx: phone.wx,
      console,
      setTimeout,
      clearTimeout,
      App: (options) => (app = options),
      getApp: () => app,
      Page: (options) => (page = options)
    })
    load('app.js')
    app.onLaunch?.({ path: this.configuration.pages[0] })
    const name = this.configuration.pages[0]
    this.json(`${name}.json`)
    this.read(`${name}.wxss`)
    load(`${name}.js`)
    const opened = new OpenPage(page, this.read(`${name}.wxml`), phone)
    await page.onLoad?.call(page, {})
    return opened
  }
}

// A page as its user sees it.
class OpenPage {
  constructor(page, wxml, phone) {
    this.page = page
    this.wxml = wxml
    this.phone = phone
    page.data = structuredClone(page.data)
    page.setData = (change) => Object.assign(page.data, structuredClone(change))
    for (const name of handlers(wxml)) {
      if (typeof page[name] !== 'function') throw new Error(`the page has no ${name}`)
    }
    visibleElements(wxml, page.data)
  }

  get data() {
    return this.page.data
  }

  // Taps what has this handler; it must be there to be seen.
  async tap(handler) {
    this.element('bindtap', handler)
    this.phone.isTapped = true
    const done = this.page[handler]({ type: 'tap', detail: {} })
    this.phone.isTapped = false
    await done
  }

  async change(handler, value) {
    this.element('bindchange', handler)
    await this.page[handler]({ type: 'change', detail: { value } })
  }

  // Taps the button for the phone number, and agrees; without a phone, refuses.
  async givePhoneNumber(handler, phone) {
    const button = this.element('bindgetphonenumber', handler)
    if (button['open-type'] !== 'getPhoneNumber') throw new Error('the button is not of open-type getPhoneNumber')
    const denied = { errMsg: 'getPhoneNumber:fail user deny' }
    await this.page[handler]({
      type: 'getphonenumber',
      detail: phone ? await this.phone.phoneNumber(phone) : denied
    })
  }

  element(attribute, handler) {
    const found = visibleElements(this.wxml, this.data).find((element) => element[attribute] === handler)
    if (!found) throw new Error(`nothing to be seen has ${attribute}="${handler}"`)
    return found
  }
}

module.exports = { Program }
