module.exports = {
  // 登录服务的地址；./Scripts/run 默认监听这里。
  // Where the login service is; ./Scripts/run listens here by default.
  baseUrl: 'http://127.0.0.1:3000',

  // 只在开发时用：沙箱的地址，code 向它要（用户 alice）。留空：用真正的 wx.login。
  // For development only: the sandbox, which then gives the codes (of alice). Empty: the real wx.login.
  sandboxUrl: ''
}
