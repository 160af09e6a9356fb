// 用户信息系统的客户端：POST /login 得到令牌，POST /userinfo?token= 交出 wx.getUserProfile 的数据。
// A client of the user data system: POST /login gives a token, POST /userinfo?token= takes what wx.getUserProfile
// gave.
const { baseUrl, sandboxUrl } = require('./config.js')

App({
  globalData: { token: '' },

  onLaunch() {
    this.launched = this.checkLogin()
  },

  // 用空数据问一次 /userinfo 会得到错误，分不清原因；查积分才说得清令牌是否有效。
  // What /userinfo says of no data is an error whatever the token; the credit tells whether the token is good.
  async checkLogin() {
    this.globalData.token = await this.storedToken()
    if (!this.globalData.token) return false
    const { err } = await this.call('GET', '/credit?token=' + encodeURIComponent(this.globalData.token))
    if (err) await this.logIn()
    return true
  },

  async logIn() {
    const { token, err } = await this.call('POST', '/login', { code: await this.loginCode() })
    if (err) throw new Error(err)
    await this.keepToken(token)
  },

  // 四项原样上传：rawData 一个字节都不能改，否则签名对不上。
  // The four go as they came: one changed byte of rawData, and the signature is not its own any more.
  async sendProfile({ rawData, signature, encryptedData, iv }) {
    const path = '/userinfo?token=' + encodeURIComponent(this.globalData.token)
    const { userInfo, err } = await this.call('POST', path, { rawData, signature, encryptedData, iv })
    if (err) throw new Error(err)
    return userInfo
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
