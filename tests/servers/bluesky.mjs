// Starts a real PLC directory (in memory) or a real PDS on loopback, one per process, so that a
// test can kill the PDS without the directory forgetting who is who.  Both come from npm by name.
//
//   node bluesky.mjs plc --modules DIR --port N
//   node bluesky.mjs pds --modules DIR --port N --plc URL --data DIR --secret HEX [--rate-limits 1]
//
// Prints one line of JSON when it is ready; stops on SIGTERM.
import { createRequire } from 'node:module'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import path from 'node:path'

const [role, ...rest] = process.argv.slice(2)
const told = Object.fromEntries(
  rest.flatMap((one, place) => (one.startsWith('--') ? [[one.slice(2), rest[place + 1]]] : [])),
)
const require = createRequire(path.join(path.resolve(told.modules), 'package.json'))
const port = Number(told.port)

async function directory() {
  const plc = require('@did-plc/server')
  const server = plc.PlcServer.create({ db: plc.Database.mock(), port })
  await server.start()
  return () => server.destroy()
}

async function server() {
  const entry = pathToFileURL(require.resolve('@atproto/pds')).href
  const { PDS, envToCfg, envToSecrets } = await import(entry)
  const secret = (name) => createHash('sha256').update(`${told.secret}:${name}`).digest('hex')
  const data = path.resolve(told.data)
  mkdirSync(path.join(data, 'blobs'), { recursive: true })
  const environment = {
    port,
    hostname: 'localhost', // handles end in .test
    devMode: true, // loopback is allowed
    dataDirectory: data,
    blobstoreDiskLocation: path.join(data, 'blobs'),
    didPlcUrl: told.plc,
    inviteRequired: false,
    enableDidDocWithSession: true,
    rateLimitsEnabled: told['rate-limits'] === '1',
    repoBackfillLimitMs: 24 * 3600 * 1000,
    dpopSecret: secret('dpop'),
    jwtSecret: secret('jwt'),
    adminPassword: 'admin',
    plcRotationKeyK256PrivateKeyHex: secret('rotation'),
    trustedOAuthClients: [],
    handleBackupNameservers: [],
    serviceHandleDomains: ['.test'],
    rateLimitBypassIps: [],
    crawlers: [],
  }
  const pds = await PDS.create(envToCfg(environment), envToSecrets(environment))
  await pds.start()
  return () => pds.destroy()
}

const stop = await (role === 'plc' ? directory() : server())
console.log(JSON.stringify({ ready: true, port }))
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, async () => {
    await stop()
    process.exit(0)
  })
}
