'use strict'
// One request over node's own client, on a connection of its own: behind a round-robin proxy each goes to another node.
const http = require('node:http')

function send(url, { method = 'GET', header = {}, body = '' } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { ...header, 'Content-Length': Buffer.byteLength(body) }
    const request = http.request(url, { method, headers, agent: false, timeout: 30000 }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        let data = text
        try {
          data = JSON.parse(text)
        } catch {
          // As wx.request does: what is not JSON stays text.
        }
        resolve({ statusCode: response.statusCode, header: response.headers, data })
      })
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', reject)
    request.end(body)
  })
}

// Posts JSON and gives the data of a good reply.
async function post(url, value) {
  const { statusCode, data } = await send(url, {
    method: 'POST',
    header: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value ?? {})
  })
  if (statusCode !== 200) throw new Error(`POST ${url} was answered ${statusCode}`)
  return data
}

module.exports = { send, post }
