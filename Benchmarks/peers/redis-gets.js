// GETs of one key by node-redis from many async functions at once, with the settings and the output of redis-gets.
const { createClient } = require("redis");

const { REDIS_URL, KEY } = process.env;
const [tasks, commands, length] = ["TASKS", "COMMANDS", "LENGTH"].map((name) => Number(process.env[name]));

async function read(redis, times) {
  for (let i = 0; i < times; i++) {
    if ((await redis.get(KEY)).length !== length) throw new Error("wrong reply");
  }
}

async function run(redis, commands) {
  const share = Math.max(1, Math.floor(commands / tasks));
  await Promise.all(Array.from({ length: tasks }, () => read(redis, share)));
  return share * tasks;
}

async function main() {
  const redis = createClient({ url: REDIS_URL });
  await redis.connect();
  await run(redis, Math.floor(commands / 10));
  const before = process.cpuUsage();
  const done = await run(redis, commands);
  const used = process.cpuUsage(before);
  console.log(done, (used.user + used.system) / 1e6);
  await redis.quit();
}

main();
