'use strict'
// A user's phone with WeChat on it: what `wx` does for the programs that run there. Codes and data come from the sandbox.
const { send, post } = require('./http.js')

class Phone {
  // server: the address that programs know the service by, and where it is.
  constructor({ user, sandbox, server }) {
    this.user = user
    this.sandbox = sandbox
    this.server = server
    this.storage = new Map()
    this.logins = 0
    this.isTapped = false
    this.wx = Object.freeze({
      login: (options) => this.answer('login', options, () => this.login()),
      request: (options) => this.answer('request', options, () => this.request(options)),
      getUserProfile: (options) => this.answer('getUserProfile', options, () => this.userProfile(options)),
      getStorage: (options) => this.answer('getStorage', options, async () => this.stored(options.key)),
      setStorage: (options) => this.answer('setStorage', options, async () => this.store(options)),
      removeStorage: (options) =>
        this.answer('removeStorage', options, async () => {
          this.storage.delete(options.key)
          return {}
        })
    })
  }

  // What the button of open-type "getPhoneNumber" tells its page.
  async phoneNumber(phone) {
    const { code } = await post(`${this.sandbox}/sandbox/phone-codes`, { user: this.user, phone })
    return { errMsg: 'getPhoneNumber:ok', code }
  }

  // Each function of wx takes callbacks, and says in errMsg how it went.
  async answer(name, { success, fail, complete }, body) {
    let result
    let isGood = true
    try {
      result = { errMsg: `${name}:ok`, ...(await body()) }
    } catch (error) {
      isGood = false
      result = { errMsg: `${name}:fail ${error.message}` }
    }
    const callback = isGood ? success : fail
    if (callback) callback(result)
    if (complete) complete(result)
  }

  async login() {
    this.logins += 1
    const { code } = await post(`${this.sandbox}/sandbox/login-codes`, { user: this.user })
    return { code }
  }

  async request({ url, data, method = 'GET', header = {} }) {
    if (!url.startsWith(`${this.server.name}/`)) throw new Error('url not in domain list')
    const target = new URL(this.server.address + url.slice(this.server.name.length))
    const fields = { 'content-type': 'application/json', ...header }
    if (method !== 'GET') {
      return send(target, { method, header: fields, body: data === undefined ? '' : JSON.stringify(data) })
    }
    for (const [name, value] of Object.entries(data ?? {})) target.searchParams.append(name, value)
    return send(target, { method, header: fields })
  }

  async userProfile({ desc }) {
    if (!desc) throw new Error('desc is missing')
    if (!this.isTapped) throw new Error('can only be invoked by user TAP gesture.')
    const avatarUrl = 'https://thirdwx.qlogo.cn/mmopen/vi_32/grey/132'
    const data = { nickName: '微信用户', gender: 0, language: '', city: '', province: '', country: '', avatarUrl }
    return post(`${this.sandbox}/sandbox/open-data`, { user: this.user, data })
  }

  stored(key) {
    if (!this.storage.has(key)) throw new Error('data not found')
    return { data: structuredClone(this.storage.get(key)) }
  }

  store({ key, data }) {
    this.storage.set(key, structuredClone(data))
    return {}
  }
}

module.exports = { Phone }
