'use strict';
// An OTLP/gRPC metrics receiver on grpc-js, from the official proto files.
//
//   node receiver.js FOLDER PROTOS ANSWERS
//
// FOLDER holds node_modules; PROTOS is the root of the proto files; ANSWERS is a JSON list of what each new collection's
// first attempt gets: "ok", "unavailable", "exhausted" (RESOURCE_EXHAUSTED without RetryInfo), {"exhausted": SECONDS}
// (with one), "refused" (INVALID_ARGUMENT), or {"partial": POINTS}. Further attempts, and what comes when the list has
// ended, get "ok". Prints one JSON object a line: first {"port"}, then one for each attempt. Ends by a signal.

const http2 = require('http2');
const path = require('path');
const [folder, protos, answerText] = process.argv.slice(2);
const load = name => require(require.resolve(name, { paths: [folder] }));

// grpc-js shows grpc-encoding to no handler: look at each stream's headers before it does.
let encoding = null;
const createServer = http2.createServer;
http2.createServer = (...options) =>
  createServer(...options).on('stream', (_, headers) => { encoding = headers['grpc-encoding'] ?? null; });

const grpc = load('@grpc/grpc-js');
const loader = load('@grpc/proto-loader');
const protobuf = load('protobufjs');

const answers = JSON.parse(answerText);
const seen = new Set();
const print = value => process.stdout.write(JSON.stringify(value) + '\n');

// googleapis: google/rpc/status.proto and error_details.proto.
const rpc = protobuf.parse(`
  syntax = "proto3";
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
`, { keepCase: true }).root;

function retryInfo(code, message, seconds) {
  const info = rpc.lookupType('RetryInfo');
  const status = rpc.lookupType('Status');
  const delay = { seconds: Math.floor(seconds), nanos: Math.round((seconds % 1) * 1e9) };
  const value = info.encode(info.fromObject({ retry_delay: delay })).finish();
  const details = [{ type_url: 'type.googleapis.com/google.rpc.RetryInfo', value }];
  return Buffer.from(status.encode(status.fromObject({ code, message, details })).finish());
}

function failure(code, details, seconds) {
  const metadata = new grpc.Metadata();
  if (seconds !== undefined) {
    metadata.set('grpc-status-details-bin', retryInfo(code, details, seconds));
  }
  return { code, details, metadata };
}

// When the collection was made, and how many points the request holds.
function describe(request) {
  const metrics = request.resource_metrics.flatMap(r => r.scope_metrics).flatMap(s => s.metrics);
  const pointsOf = metric => (metric.sum ?? metric.gauge ?? metric.histogram).data_points;
  const connections = metrics.find(metric => metric.name === 'tcp.connections');
  const rejected = metrics.find(metric => metric.name === 'tcp.agent.export.rejected');
  return {
    collectedAt: connections ? connections.sum.data_points[0].time_unix_nano : null,
    connections: connections ? connections.sum.data_points.reduce((sum, point) => sum + Number(point.as_int), 0) : 0,
    points: metrics.reduce((sum, metric) => sum + pointsOf(metric).length, 0),
    rejected: rejected ? rejected.sum.data_points.reduce((sum, point) => sum + Number(point.as_int), 0) : 0,
  };
}

function answerTo(collectedAt) {
  if (collectedAt === null || seen.has(collectedAt)) {
    return 'ok';
  }
  seen.add(collectedAt);
  return answers.shift() ?? 'ok';
}

function receive(call, reply) {
  const attempt = describe(call.request);
  const answer = answerTo(attempt.collectedAt);
  const isTaken = answer === 'ok' || answer.partial !== undefined;
  print({ ...attempt, answer, isTaken, encoding });
  if (answer === 'unavailable') {
    reply(failure(grpc.status.UNAVAILABLE, 'the node receiver rests.'));
  } else if (answer === 'refused') {
    reply(failure(grpc.status.INVALID_ARGUMENT, 'the node receiver wants other points.'));
  } else if (answer === 'exhausted') {
    reply(failure(grpc.status.RESOURCE_EXHAUSTED, 'the node receiver is full for good.'));
  } else if (answer.exhausted !== undefined) {
    reply(failure(grpc.status.RESOURCE_EXHAUSTED, 'the node receiver is full.', answer.exhausted));
  } else if (answer.partial !== undefined) {
    reply(null, { partial_success: { rejected_data_points: answer.partial, error_message: 'the node receiver left some out.' } });
  } else {
    reply(null, {});
  }
}

const definition = loader.loadSync('opentelemetry/proto/collector/metrics/v1/metrics_service.proto', {
  includeDirs: [path.resolve(protos)], keepCase: true, longs: String, enums: String, defaults: true, arrays: true, oneofs: true,
});
const service = grpc.loadPackageDefinition(definition).opentelemetry.proto.collector.metrics.v1.MetricsService.service;
const server = new grpc.Server();
server.addService(service, { Export: receive });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  print({ port });
});
