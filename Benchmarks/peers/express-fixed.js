// Fixed JSON on Express, through MIDDLEWARE middleware that only call next.
const express = require("express");

const app = express();
for (let count = 0; count < Number(process.env.MIDDLEWARE); count++) app.use((request, response, next) => next());
app.get("/", (request, response) => response.json({ code: 0, message: "OK", data: { hello: "world" } }));

app.listen(Number(process.env.PORT), "127.0.0.1");
