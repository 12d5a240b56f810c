// Bluesky's own development network: PLC, PDS, AppView (with its PostgreSQL and Redis) and Ozone, until it is stopped.
const { TestNetwork } = await import(process.env.DEV_ENV)
const port = (name) => Number(process.env[name])
await TestNetwork.create({
  dbPostgresSchema: 'peers',
  plc: { port: port('PLC_PORT') },
  pds: { port: port('PDS_PORT'), hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: port('APPVIEW_PORT'), publicUrl: `http://localhost:${port('APPVIEW_PORT')}` },
  ozone: { port: port('OZONE_PORT') },
})
console.log('READY')
