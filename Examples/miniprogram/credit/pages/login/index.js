const app = getApp()

Page({
  data: { isLoggedIn: false, credit: null, notice: '' },

  onLoad() {
    return this.attempt(async () => this.setData({ isLoggedIn: await app.launched }))
  },

  onTapLogIn() {
    return this.attempt(async () => {
      await app.logIn()
      this.setData({ isLoggedIn: true })
    })
  },

  onTapCredit() {
    return this.attempt(async () => {
      const { credit, err } = await app.credit()
      if (err) throw new Error(err)
      this.setData({ credit })
    })
  },

  onTapLogOut() {
    return this.attempt(async () => {
      await app.logOut()
      this.setData({ isLoggedIn: false, credit: null })
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
