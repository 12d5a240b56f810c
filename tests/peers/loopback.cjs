// Preloaded into servers that offer no address to listen on: everything stays on this machine.
const net = require('node:net')
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  if (/^\d+$/.test(given[0])) {
    const ready = given.find((one) => typeof one === 'function')
    return listen.call(this, { port: Number(given[0]), host: '127.0.0.1' }, ready)
  }
  if (given[0]?.port !== undefined && (!given[0].host || given[0].host === '::')) {
    given[0] = { ...given[0], host: '127.0.0.1' }
  }
  return listen.apply(this, given)
}
