// Fixed JSON on node's bare http.
const http = require("http");

const server = http.createServer((request, response) => {
  const body = JSON.stringify({ code: 0, message: "OK", data: { hello: "world" } });
  response.writeHead(200, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
});

server.listen(Number(process.env.PORT), "127.0.0.1");
