// 启动时检查登录的客户端：GET /checklogin?token= 回答 {"is_login": true} 或 {"is_login": false}。
// A client that checks its login at launch: GET /checklogin?token= answers {"is_login": true} or {"is_login": false}.
const { baseUrl, sandboxUrl } = require('./config.js')

App({
  globalData: { token: '' },

  onLaunch() {
    this.launched = this.checkLogin()
  },

  async checkLogin() {
    this.globalData.token = await this.storedToken()
    if (!this.globalData.token) return false
    if (!(await this.isLogin())) await this.logIn()
    return true
  },

  // false 才是“没登录”；服务端答不了时是 5xx，call 会报错，令牌留着。
  // Only `false` is "not logged in"; a service that cannot tell answers 5xx, `call` fails and the token stays.
  async isLogin() {
    const { is_login: isLogin } = await this.call('GET', '/checklogin', { token: this.globalData.token })
    return isLogin
  },

  async logIn() {
    const { token, err } = await this.call('POST', '/login', { code: await this.loginCode() })
    if (err) throw new Error(err)
    await this.keepToken(token)
  },

  async logOut() {
    await this.call('POST', '/user/logout', {}, { token: this.globalData.token })
    await this.keepToken('')
  },

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
