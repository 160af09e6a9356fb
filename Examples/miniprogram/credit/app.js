// 积分系统的客户端：POST /login 得到令牌，GET /credit?token= 查积分；出错时回复 {"err": "…"}。
// A client of the credit system: POST /login gives a token, GET /credit?token= the points; {"err": "…"} says what
// went wrong.
const { baseUrl, sandboxUrl } = require('./config.js')

App({
  globalData: { token: '' },

  onLaunch() {
    this.launched = this.checkLogin()
  },

  // 这个系统没有“检查登录”的接口：查一次积分就知道令牌还有没有效。
  // This system has no route that checks a login: asking for the credit tells whether the token is still good.
  async checkLogin() {
    this.globalData.token = await this.storedToken()
    if (!this.globalData.token) return false
    const { err } = await this.credit()
    if (err) await this.logIn()
    return true
  },

  async logIn() {
    const { token, err } = await this.call('POST', '/login', { code: await this.loginCode() })
    if (err) throw new Error(err)
    await this.keepToken(token)
  },

  credit() {
    return this.call('GET', '/credit', { token: this.globalData.token })
  },

  // 退出登录用 /user/logout：任何一种令牌都可以用它作废。
  // Logging out is /user/logout, which ends a token of any kind.
  async logOut() {
    await this.call('POST', '/user/logout', {}, { token: this.globalData.token })
    await this.keepToken('')
  },

  // GET 的 data 会变成网址里的参数。5xx 不是“没登录”，而是“现在答不了”。
  // The data of a GET becomes the query. A 5xx is no "not logged in" but a "cannot tell now".
  call(method, path, data, header) {
    return new Promise((resolve, reject) => {
      wx.request({
        url: baseUrl + path,
        method,
        data,
        header,
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
