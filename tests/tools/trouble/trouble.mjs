// Makes the trouble that the alerts on sockets are about, all at once, in the network namespace that it is started in:
//
//   unshare --net node trouble.mjs
//
// Needs root, and a namespace of its own: it changes the namespace's sysctls. Prints "pid N" when all is there, and goes
// on until it is ended.
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import net from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const kept = [];

/** Connects; what comes of it is nobody's concern. */
function connect(port, options = {}) {
  const socket = net.connect({ host: "127.0.0.1", port, ...options });
  socket.on("error", () => {});
  kept.push(socket);
  return socket;
}

function connected(port) {
  return new Promise((resolve) => {
    const socket = connect(port);
    socket.once("connect", () => resolve(socket));
  });
}

function ip(...command) {
  execFileSync("ip", command);
}

function sysctl(name, value) {
  writeFileSync(`/proc/sys/net/ipv4/${name}`, String(value));
}

function listen(port, onConnection, options = {}, host = "127.0.0.1") {
  const server = net.createServer(options, (socket) => {
    socket.on("error", () => {});
    onConnection(socket);
  });
  return new Promise((resolve) => server.listen({ port, host, backlog: 4096 }, resolve));
}

/** The peers close, and the program never does. */
async function leakCloseWait(port, count) {
  await listen(port, (socket) => kept.push(socket), { allowHalfOpen: true });
  for (let i = 0; i < count; i++) (await connected(port)).end();
}

/** A program that never calls accept(): its thread sleeps as soon as it listens. Clients keep coming. */
async function fillAcceptQueue(port) {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
     require("node:net").createServer().listen({ port: ${port}, host: "127.0.0.1", backlog: 4 }, () => {
       parentPort.postMessage("listens");
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  await new Promise((resolve) => worker.once("message", resolve));
  for (let i = 0; i < 10; i++) connect(port);
  setInterval(() => {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.on("error", () => {});
    setTimeout(() => socket.destroy(), 30);
  }, 40);
}

/**
 * SYNs whose answers reach nobody: a second namespace sends them from 192.0.2.1 (RFC 5737), an address that this one has no
 * way to. It ends with this program, which holds its standard input.
 */
async function floodWithSyn(port, count) {
  const flooder = spawn("unshare", ["--net", process.execPath, fileURLToPath(import.meta.url), "flood", port, count], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: flooder.stdout })[Symbol.asyncIterator]();
  const { value: pid } = await lines.next();
  ip("link", "add", "flood0", "type", "veth", "peer", "name", "flood1", "netns", pid);
  ip("address", "add", "198.51.100.1/24", "dev", "flood0");
  ip("link", "set", "flood0", "up");
  sysctl("conf/all/rp_filter", 0);
  sysctl("conf/flood0/rp_filter", 0);
  await listen(port, () => {}, {}, "198.51.100.1");
  flooder.stdin.write("connected\n");
  await lines.next();
}

async function flood(port, count) {
  process.stdin.on("end", () => process.exit());
  console.log(process.pid);
  await new Promise((resolve) => process.stdin.once("data", resolve));
  ip("link", "set", "lo", "up");
  ip("address", "add", "192.0.2.1/32", "dev", "lo");
  ip("address", "add", "198.51.100.2/24", "dev", "flood1");
  ip("link", "set", "flood1", "up");
  sysctl("conf/flood1/arp_announce", 2);
  for (let i = 0; i < count; i++) connect(port, { host: "198.51.100.1", localAddress: "192.0.2.1" });
  console.log("sent");
}

/** Traffic, and a tenth or so of its segments once more: connections to an address that does not answer. */
async function retransmit(port) {
  await listen(port, (socket) => socket.resume());
  const senders = [];
  for (let i = 0; i < 30; i++) senders.push((await connected(port)).setNoDelay());
  setInterval(() => senders.forEach((socket) => socket.write("x")), 6);
  setInterval(() => {
    for (let i = 0; i < 5; i++) {
      const socket = net.connect({ host: "192.0.2.250", port: 9 });
      socket.on("error", () => {});
      setTimeout(() => socket.destroy(), 5000);
    }
  }, 20);
}

/** Short connections to one destination that this side closes first, each from a port of its own. */
async function useUpPorts(port, count) {
  await listen(port, (socket) => socket.resume());
  let left = count;
  const one = async () => {
    while (left-- > 0) {
      const socket = net.connect({ host: "127.0.0.1", port });
      await new Promise((resolve) => {
        socket.once("error", resolve);
        socket.once("close", resolve);
        socket.once("connect", () => socket.destroy());
      });
    }
  };
  await Promise.all(Array.from({ length: 100 }, one));
}

const [command, ...numbers] = process.argv.slice(2);
if (command === "flood") {
  await flood(...numbers.map(Number));
} else {
  ip("link", "set", "lo", "up");
  ip("route", "add", "192.0.2.0/24", "dev", "lo");
  sysctl("tcp_max_syn_backlog", 4096);
  sysctl("tcp_tw_reuse", 0);
  sysctl("ip_local_port_range", "40000 49999");
  await leakCloseWait(7001, 150);
  await useUpPorts(7005, 9000);
  await floodWithSyn(7003, 400);
  await fillAcceptQueue(7002);
  await retransmit(7004);
  console.log(`pid ${process.pid}`);
}
