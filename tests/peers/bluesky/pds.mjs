// Bluesky's PLC, or a PDS that keeps what it is told in a folder: each a process of its own, that can be killed.
const { TestPlc, TestPds } = await import(process.env.DEV_ENV)
const { PLC_PORT, PDS_PORT, PDS_FOLDER, PDS_KEY } = process.env
if (PDS_PORT) {
  const nowhere = 'http://localhost:9'
  await TestPds.create({
    port: Number(PDS_PORT), hostname: 'localhost', didPlcUrl: `http://localhost:${PLC_PORT}`, enableDidDocWithSession: true,
    dataDirectory: PDS_FOLDER, blobstoreDiskLocation: `${PDS_FOLDER}/blobs`, plcRotationKeyK256PrivateKeyHex: PDS_KEY,
    bskyAppViewUrl: nowhere, modServiceUrl: nowhere, crawlers: [],
  })
} else {
  await TestPlc.create({ port: Number(PLC_PORT) })
}
console.log('READY')
