// JWT 系统的客户端：GET /auth?code= 得到 JWT，POST /isAuth 验证它；回复里的 code 是字符串。
// A client of the JWT system: GET /auth?code= gives a JWT, POST /isAuth checks it; the code of a reply is a string.
const { baseUrl, sandboxUrl } = require('./config.js')

App({
  globalData: { token: '' },

  onLaunch() {
    this.launched = this.checkLogin()
  },

  // "10200"：令牌无效、过期或已作废，悄悄重新登录。
  // "10200": the token is bad, expired or revoked, so log in again without asking.
  async checkLogin() {
    this.globalData.token = await this.storedToken()
    if (!this.globalData.token) return false
    const { code, message } = await this.isAuth()
    if (code === '10200') await this.logIn()
    else if (code !== '200') throw new Error(message)
    return true
  },

  async logIn() {
    const { code, message, data } = await this.call('GET', '/auth', { code: await this.loginCode() })
    if (code !== '200') throw new Error(message)
    await this.keepToken(data.token)
  },

  isAuth() {
    return this.call('POST', '/isAuth', { token: this.globalData.token })
  },

  async logOut() {
    await this.call('POST', '/user/logout', {}, { Authorization: 'Bearer ' + this.globalData.token })
    await this.keepToken('')
  },

  call(method, path, data, header) {
    return new Promise((resolve, reject) => {
      wx.request({
        url: baseUrl + path,
        method,
        data,
        header,
        // 5xx 不是“没登录”，而是“现在答不了”。
        // A 5xx is no "not logged in" but a "cannot tell now".
        success: ({ statusCode, data: reply }) => {
          if (statusCode >= 500 || statusCode === 429) reject(new Error(reply.message))
          else resolve(reply)
        },
        fail: ({ errMsg }) => reject(new Error(errMsg))
      })
    })
  },

  loginCode() {
    return new Promise((resolve, reject) => {
      const fail = ({ errMsg }) => reject(new Error(errMsg))
      if (!sandboxUrl) return wx.login({ success: ({ code }) => resolve(code), fail })
      wx.request({
        url: sandboxUrl + '/sandbox/login-codes',
        method: 'POST',
        data: { user: 'alice' },
        success: ({ data }) => resolve(data.code),
        fail
      })
    })
  },

  storedToken() {
    return new Promise((resolve) => {
      wx.getStorage({ key: 'token', success: ({ data }) => resolve(data), fail: () => resolve('') })
    })
  },

  keepToken(token) {
    this.globalData.token = token
    return new Promise((resolve) => {
      if (token) wx.setStorage({ key: 'token', data: token, complete: resolve })
      else wx.removeStorage({ key: 'token', complete: resolve })
    })
  }
})
