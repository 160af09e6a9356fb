const app = getApp()

Page({
  data: { isLoggedIn: false, profile: null, notice: '' },

  onLoad() {
    return this.attempt(async () => this.setData({ isLoggedIn: await app.launched }))
  },

  onTapLogIn() {
    return this.attempt(async () => {
      await app.logIn()
      this.setData({ isLoggedIn: true })
    })
  },

  onTapProfile() {
    return this.attempt(async () => this.setData({ profile: await this.ask('GET', '/user/me') }))
  },

  // 昵称是用户自己填的：type="nickname" 的输入框会建议微信昵称。
  // The nickname is what the user types: an input of type "nickname" suggests the one of WeChat.
  onChangeNickname(event) {
    return this.attempt(async () => {
      await this.ask('PUT', '/user/info', { nickname: event.detail.value })
      this.setData({ profile: await this.ask('GET', '/user/me') })
    })
  },

  // 手机号由服务端用这个 code 向微信换取；它不是 wx.login 的 code。
  // The service gets the number from WeChat for this code, which is not one of wx.login.
  onGetPhoneNumber(event) {
    return this.attempt(async () => {
      if (!event.detail.code) throw new Error(event.detail.errMsg)
      await this.ask('POST', '/user/phone', { code: event.detail.code })
      this.setData({ profile: await this.ask('GET', '/user/me') })
    })
  },

  onTapLogOut() {
    return this.attempt(async () => {
      await app.logOut()
      this.setData({ isLoggedIn: false, profile: null })
    })
  },

  async ask(method, path, data) {
    const reply = await app.call(method, path, data)
    if (reply.code !== 0) throw new Error(reply.message)
    return reply.data
  },

  async attempt(action) {
    try {
      this.setData({ notice: '' })
      await action()
    } catch (error) {
      this.setData({ notice: error.message })
    }
  }
})
