import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import { EngineService } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { GetRootResourceResponse, type LogRequest, LogSeverity, SetRootResourceResponse, type SetRootResourceRequest } from '@pulumi/pulumi/proto/engine_pb';
import { ResourceMonitorService } from '@pulumi/pulumi/proto/resource_grpc_pb';
import { type RegisterResourceOutputsRequest, type RegisterResourceRequest, SupportsFeatureResponse, type SupportsFeatureRequest } from '@pulumi/pulumi/proto/resource_pb';
import type { RecordingMonitor } from './recorder';

/** Pulumi's own copy: the program must talk to the same. */
const pulumiRequire = createRequire(require.resolve('@pulumi/pulumi'));

type Handler<T> = (call: { readonly request: T }, callback: (error: unknown, response?: unknown) => void) => void;

/** What the engine offers beyond the least: not these, which call back into the program. */
const WITHOUT = new Set(['transforms', 'invokeTransforms', 'outputValues']);

/** The engine's interface on a port of this machine, with a recorder behind it, for a program in a process of its own. */
export interface RecordingEngine {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Warnings and errors that the program has logged. */
  readonly log: readonly string[];
  stop(): void;
}

function monitorHandlers(monitor: RecordingMonitor, empty: () => unknown): Record<string, unknown> {
  const registerResource: Handler<RegisterResourceRequest> = ({ request }, callback) => void monitor.registerResource(request, callback);
  const registerResourceOutputs: Handler<RegisterResourceOutputsRequest> = ({ request }, callback) => monitor.registerResourceOutputs(request, (error) => callback(error, empty()));
  const invoke: Handler<unknown> = ({ request }, callback) => void monitor.invoke(request, callback);
  const supportsFeature: Handler<SupportsFeatureRequest> = ({ request }, callback) => {
    const response = new SupportsFeatureResponse();
    response.setHassupport(!WITHOUT.has(request.getId()));
    callback(null, response);
  };
  return { registerResource, registerResourceOutputs, invoke, supportsFeature };
}

function engineHandlers(lines: string[], empty: () => unknown): Record<string, unknown> {
  let root = '';
  const log: Handler<LogRequest> = ({ request }, callback) => {
    if (request.getSeverity() >= LogSeverity.WARNING) lines.push(request.getMessage());
    callback(null, empty());
  };
  const setRootResource: Handler<SetRootResourceRequest> = ({ request }, callback) => {
    root = request.getUrn();
    callback(null, new SetRootResourceResponse());
  };
  const getRootResource: Handler<unknown> = (_, callback) => {
    const response = new GetRootResourceResponse();
    response.setUrn(root);
    callback(null, response);
  };
  return { log, setRootResource, getRootResource };
}

export async function startRecordingEngine(monitor: RecordingMonitor): Promise<RecordingEngine> {
  const grpc = pulumiRequire('@grpc/grpc-js') as typeof Grpc;
  const { Empty } = pulumiRequire('google-protobuf/google/protobuf/empty_pb') as { Empty: new () => unknown };
  const log: string[] = [];
  const server = new grpc.Server();
  const empty = (): unknown => new Empty();
  server.addService(ResourceMonitorService as unknown as Grpc.ServiceDefinition, monitorHandlers(monitor, empty) as Grpc.UntypedServiceImplementation);
  server.addService(EngineService as unknown as Grpc.ServiceDefinition, engineHandlers(log, empty) as Grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  return { address: `127.0.0.1:${port}`, log, stop: () => server.forceShutdown() };
}
