const app = getApp()

Page({
  data: { isLoggedIn: false, notice: '' },

  onLoad() {
    return this.attempt(async () => this.setData({ isLoggedIn: await app.launched }))
  },

  onTapLogIn() {
    return this.attempt(async () => {
      await app.logIn()
      this.setData({ isLoggedIn: true })
    })
  },

  onTapCheck() {
    return this.attempt(async () => this.setData({ isLoggedIn: await app.isLogin() }))
  },

  onTapLogOut() {
    return this.attempt(async () => {
      await app.logOut()
      this.setData({ isLoggedIn: false })
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
