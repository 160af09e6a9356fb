// Koa 系统的客户端：/user/…，回复都在 {code, message, data} 里，令牌放在请求头 token 中。
// A client of the Koa system: /user/…, replies are {code, message, data}, the token goes in the header `token`.
const { baseUrl, sandboxUrl } = require('./config.js')

App({
  globalData: { token: '' },

  onLaunch() {
    this.launched = this.checkLogin()
  },

  // 存着的令牌还有效就接着用；失效了（过期、被踢下线）就悄悄重新登录；没有令牌就等用户点“登录”。
  // A stored token that is still good stays; one that is not (expired, kicked) is replaced without asking; without
  // one, the user has to tap the button.
  async checkLogin() {
    this.globalData.token = await this.storedToken()
    if (!this.globalData.token) return false
    const reply = await this.call('GET', '/user/me')
    if (reply.code === 10001) await this.logIn()
    return true
  },

  async logIn() {
    const code = await this.loginCode()
    const reply = await this.call('POST', '/user/wechatlogin', { code })
    if (reply.code !== 0) throw new Error(reply.message)
    await this.keepToken(reply.data.token)
  },

  async logOut() {
    await this.call('POST', '/user/logout')
    await this.keepToken('')
  },

  // 5xx 和 429 说的是“现在答不了”，不是“没登录”：令牌留着，稍后再试。
  // 5xx and 429 say "cannot tell now" and not "not logged in": keep the token and try again later.
  call(method, path, data) {
    return new Promise((resolve, reject) => {
      wx.request({
        url: baseUrl + path,
        method,
        data,
        header: { token: this.globalData.token },
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
