// A fast api.weixin.qq.com: the openid is what stands before the x of the code.
const http = require("http");

http.createServer((request, response) => {
  const code = new URL(request.url, "http://127.0.0.1").searchParams.get("js_code");
  const body = JSON.stringify({
    openid: "oBench" + code.split("x")[0].padStart(22, "0"), session_key: "c2Vzc2lvbi1rZXktMTYtYg==",
  });
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": body.length });
  response.end(body);
}).listen(Number(process.env.PORT), "127.0.0.1");
