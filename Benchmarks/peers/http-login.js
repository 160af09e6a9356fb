// The whole login on node's bare http, node-mysql and node-redis: POST /user/wechatlogin.
const crypto = require("crypto");
const http = require("http");
const mysql = require("mysql");
const { createClient } = require("redis");

const redis = createClient({ url: process.env.REDIS_URL });
const database = new URL(process.env.DATABASE_URL);
const pool = mysql.createPool({
  host: database.hostname, port: Number(database.port), user: database.username, password: database.password,
  database: database.pathname.slice(1), connectionLimit: 4,
});
const agent = new http.Agent({ keepAlive: true });

function query(text, values) {
  return new Promise((resolve, reject) =>
    pool.query(text, values, (error, rows) => (error ? reject(error) : resolve(rows))));
}

function whole(stream) {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.setEncoding("utf8").on("data", (part) => { text += part; }).on("end", () => resolve(text)).on("error", reject);
  });
}

async function identity(code) {
  const path = "/sns/jscode2session?appid=wx1&secret=s&grant_type=authorization_code&js_code=" + encodeURIComponent(code);
  const reply = await new Promise((resolve, reject) =>
    http.get(process.env.WECHAT_BASE_URL + path, { agent }, resolve).on("error", reject));
  return JSON.parse(await whole(reply)).openid;
}

async function userID(openid) {
  const rows = await query("SELECT id FROM bench_users WHERE open_id = ?", [openid]);
  if (rows.length === 1) return rows[0].id;
  return (await query("INSERT INTO bench_users (open_id) VALUES (?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)",
    [openid])).insertId;
}

async function logIn(request) {
  const { code } = JSON.parse(await whole(request));
  const openid = await identity(code);
  const userId = await userID(openid);
  const token = crypto.createHash("md5").update(openid).digest("hex");
  await redis.set("session:" + token, JSON.stringify({ openid, userId }), { PX: 604800000 });
  return { code: 0, message: "OK", data: { token, expiresIn: 604800 } };
}

const server = http.createServer((request, response) => {
  const reply = (status, value) => {
    const body = JSON.stringify(value);
    response.writeHead(status, {
      "Content-Type": "application/json; charset=utf-8", "Content-Length": Buffer.byteLength(body),
    });
    response.end(body);
  };
  if (request.method !== "POST" || request.url !== "/user/wechatlogin") return reply(404, {});
  logIn(request).then((value) => reply(200, value), () => reply(503, {}));
});

query("CREATE TABLE IF NOT EXISTS bench_users (id BIGINT AUTO_INCREMENT PRIMARY KEY, open_id VARCHAR(128) " +
  "CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE)")
  .then(() => redis.connect())
  .then(() => server.listen(Number(process.env.PORT), "127.0.0.1"));
