'use strict'
// Plays the scenario of a mini program and prints what its user sees, a line for each step.
//
//   node run.js FOLDER-OF-THE-PROGRAM URL-OF-THE-SERVICE URL-OF-THE-SANDBOX URL-OF-THE-CONTROL-PLANE
//
// The control plane belongs to the test: POST /expire ends all sessions as time does, /away and /back are about Redis.
const path = require('node:path')
const { Phone } = require('./phone.js')
const { Program } = require('./program.js')
const { send, post } = require('./http.js')

async function main(folder, service, sandbox, control) {
  const program = new Program(folder)
  const scenario = require(`./scenarios/${path.basename(folder)}.js`)
  await scenario({
    launch: (phone) => program.launch(phone),
    makePhone: (user) => new Phone({ user, sandbox, server: { name: program.serverName, address: service } }),
    control: (action) => post(`${control}/${action}`),
    ask: async (method, target, header) => (await send(service + target, { method, header })).data,
    print: (step, seen) => console.log(`${step}: ${JSON.stringify(seen)}`)
  })
}

function fail(error) {
  console.error(error)
  process.exit(1)
}

setTimeout(() => fail(new Error('the scenario takes too long')), 100_000).unref()
main(...process.argv.slice(2)).catch(fail)
