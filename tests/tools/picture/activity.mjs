// Real sockets in changing states, for five minutes: a service under load, short connections, a leak, a peer that is away.
import { createServer, connect } from "node:net";

const port = 7000;
const held = [];
const at = (from, to, every, act) =>
  setTimeout(() => {
    const timer = setInterval(act, every);
    setTimeout(() => clearInterval(timer), (to - from) * 1000);
  }, from * 1000);
const open = (options = {}) => {
  const socket = connect({ port, host: options.host ?? "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  return socket;
};

// The server never closes what it is told "leak" on; everything else it ends when the client does.
const leaked = [];
createServer({ allowHalfOpen: true }, (socket) => {
  let leak = false;
  socket.on("error", () => {});
  socket.on("data", (data) => { leak ||= data.toString() === "leak"; if (leak) leaked.push(socket); });
  socket.on("end", () => { if (!leak) socket.end(); });
}).listen(port);

at(20, 110, 300, () => held.push(open()));                                   // load comes,
at(200, 260, 200, () => held.pop()?.end());                                  // and goes
at(60, 200, 160, () => { const socket = open(); socket.on("connect", () => socket.end()); }); // short connections
at(120, 230, 700, () => { const socket = open(); socket.on("connect", () => socket.end("leak")); }); // never closed
at(150, 220, 900, () => open({ host: "192.0.2.1" }));                        // nobody answers
setTimeout(() => { for (const socket of leaked) socket.destroy(); }, 285_000); // a restart frees them
setTimeout(() => process.exit(0), 330_000);
