const app = getApp()

Page({
  data: { isLoggedIn: false, userInfo: null, notice: '' },

  onLoad() {
    return this.attempt(async () => this.setData({ isLoggedIn: await app.launched }))
  },

  onTapLogIn() {
    return this.attempt(async () => {
      await app.logIn()
      this.setData({ isLoggedIn: true })
    })
  },

  // wx.getUserProfile 只能在点击时调用。数据用最近一次登录的 session_key 加密：
  // 若服务端说已失效，重新登录后再点一次。
  // wx.getUserProfile may be called on a tap only. The data is encrypted for the latest login: if the service calls
  // it stale, log in and tap again.
  onTapProfile() {
    return this.attempt(async () => {
      const profile = await new Promise((resolve, reject) => {
        wx.getUserProfile({
          desc: '用于展示头像和昵称',
          success: resolve,
          fail: ({ errMsg }) => reject(new Error(errMsg))
        })
      })
      this.setData({ userInfo: await app.sendProfile(profile) })
    })
  },

  onTapLogOut() {
    return this.attempt(async () => {
      await app.logOut()
      this.setData({ isLoggedIn: false, userInfo: null })
    })
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
