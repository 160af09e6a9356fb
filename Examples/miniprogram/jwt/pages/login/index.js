const app = getApp()

Page({
  data: { isLoggedIn: false, userId: '', notice: '' },

  onLoad() {
    return this.attempt(async () => this.setData({ isLoggedIn: await app.launched }))
  },

  onTapLogIn() {
    return this.attempt(async () => {
      await app.logIn()
      this.setData({ isLoggedIn: true })
    })
  },

  onTapVerify() {
    return this.attempt(async () => {
      const { code, message, data } = await app.isAuth()
      if (code !== '200') throw new Error(message)
      this.setData({ userId: data })
    })
  },

  onTapLogOut() {
    return this.attempt(async () => {
      await app.logOut()
      this.setData({ isLoggedIn: false, userId: '' })
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
