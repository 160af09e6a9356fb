// Finding a user by openid, or adding one, through node's mysql: the same work and report as sql-queries.
const mysql = require("mysql");

const { PORT, DATABASE_USER, PASSWORD, DATABASE, WORK, RUN } = process.env;
const [callers, queries, users] = ["CALLERS", "QUERIES", "USERS"].map((name) => Number(process.env[name]));
const pool = mysql.createPool({
  host: "127.0.0.1", port: Number(PORT), user: DATABASE_USER, password: PASSWORD, database: DATABASE,
  connectionLimit: Number(process.env.CONNECTIONS),
});

function query(text, values) {
  return new Promise((resolve, reject) =>
    pool.query(text, values, (error, rows) => (error ? reject(error) : resolve(rows))));
}

async function work(number, phase) {
  if (WORK === "insert") {
    const done = await query("INSERT INTO users (app_id, open_id, created_at) VALUES (?, ?, ?)",
      ["wx1", `${RUN}-${phase}-${number}`, 1]);
    if (done.affectedRows !== 1) throw new Error("not inserted");
  } else {
    const name = `user-${Math.floor(Math.random() * users)}`;
    const rows = await query("SELECT id FROM users WHERE app_id = ? AND open_id = ?", ["wx1", name]);
    if (rows.length !== 1) throw new Error("not found");
  }
}

async function repeat(phase, times) {
  const share = Math.max(1, Math.floor(times / callers));
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    for (let turn = 0; turn < share; turn++) await work(caller * share + turn, phase);
  }));
  return share * callers;
}

async function main() {
  await repeat("warm", Math.max(callers, queries / 10));
  const before = process.cpuUsage();
  const done = await repeat("run", queries);
  const used = process.cpuUsage(before);
  console.log(done, (used.user + used.system) / 1e6);
  pool.end();
}

main();
