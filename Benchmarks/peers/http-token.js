// The token check on node's bare http and node-redis: GET /checklogin with the header `token`.
const http = require("http");
const { createClient } = require("redis");

const redis = createClient({ url: process.env.REDIS_URL });
const tokenShape = /^[0-9a-f]{32}$/;

async function isLoggedIn(token) {
  if (token === undefined || !tokenShape.test(token)) return false;
  const session = await redis.get("session:" + token);
  return session !== null && JSON.parse(session).userId > 0;
}

function reply(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

const server = http.createServer((request, response) => {
  if (request.method !== "GET" || request.url !== "/checklogin") return reply(response, 404, {});
  isLoggedIn(request.headers.token).then(
    (answer) => reply(response, 200, { is_login: answer }),
    () => reply(response, 503, {}),
  );
});

redis.connect().then(() => server.listen(Number(process.env.PORT), "127.0.0.1"));
