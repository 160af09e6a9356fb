// The token check on Express and node-redis: GET /checklogin with the header `token`.
const express = require("express");
const { createClient } = require("redis");

const redis = createClient({ url: process.env.REDIS_URL });
const tokenShape = /^[0-9a-f]{32}$/;
const app = express();

app.get("/checklogin", async (request, response, next) => {
  try {
    const token = request.get("token");
    if (token === undefined || !tokenShape.test(token)) return response.json({ is_login: false });
    const session = await redis.get("session:" + token);
    response.json({ is_login: session !== null && JSON.parse(session).userId > 0 });
  } catch (error) {
    next(error);
  }
});

redis.connect().then(() => app.listen(Number(process.env.PORT), "127.0.0.1"));
