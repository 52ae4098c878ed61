import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type * as Grpc from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import { CheckResponse, type CheckRequest, ConfigureResponse, type CreateRequest, CreateResponse, type DeleteRequest, type DiffRequest, DiffResponse, type InvokeRequest, InvokeResponse, type ReadRequest, ReadResponse, type UpdateRequest, UpdateResponse } from '@pulumi/pulumi/proto/provider_pb';
import { specialSecretSig, specialSigKey, unknownValue } from '@pulumi/pulumi/runtime/rpc';
import { idOf, lookUps, outputsOf } from '../plan/symbolic-outputs';
import { refusalToDelete } from './refusals';

/**
 * A provider plugin for every package of the program: Pulumi's own protocol, and behind it a cloud that agrees to everything but
 * what `refusalToDelete` names. It keeps nothing: what exists is what the engine's state says. Unknown and secret values pass
 * through it with their marks, as they do through a real one.
 */

type Values = Readonly<Record<string, unknown>>;
type StructOf = NonNullable<ReturnType<CreateRequest['getProperties']>>;

/** Pulumi's own copies. */
const pulumiRequire = createRequire(require.resolve('@pulumi/pulumi'));
const grpc = pulumiRequire('@grpc/grpc-js') as typeof Grpc;
const { Struct } = pulumiRequire('google-protobuf/google/protobuf/struct_pb') as { Struct: { fromJavaScript(value: Values): StructOf } };
const { Empty } = pulumiRequire('google-protobuf/google/protobuf/empty_pb') as { Empty: new () => unknown };

const values = (struct: StructOf | undefined): Values => (struct?.toJavaScript() ?? {}) as Values;

/** The type without its parents', and the name, of `urn:pulumi:stack::project::parent$type::name`. */
function partsOf(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = '', name = ''] = urn.split('::');
  return { type: types.slice(types.lastIndexOf('$') + 1), name };
}

/** What a resource has once it exists. */
function stateOf(urn: string, inputs: Values, generated: string[]): Values {
  const { type, name } = partsOf(urn);
  const secrets: Record<string, unknown> = {};
  const outputs = outputsOf(type, name, inputs, (_, property) => {
    const value = randomBytes(24).toString('hex');
    secrets[property] = { [specialSigKey]: specialSecretSig, value };
    generated.push(value);
    return value;
  });
  return { ...outputs, ...secrets };
}

/** What its inputs do not say of it. */
function unknownBefore(state: Values, inputs: Values): Values {
  return Object.fromEntries(Object.entries(state).map(([property, value]) => [property, isDeepStrictEqual(value, inputs[property]) ? value : unknownValue]));
}

function check(request: CheckRequest): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(request.getNews());
  return response;
}

function configure(): ConfigureResponse {
  const response = new ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  return response;
}

function diff(request: DiffRequest): DiffResponse {
  const [before, after] = [values(request.getOldInputs()), values(request.getNews())];
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((property) => !isDeepStrictEqual(before[property], after[property]));
  const response = new DiffResponse();
  response.setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setDiffsList(changed);
  return response;
}

function create(request: CreateRequest, generated: string[]): CreateResponse {
  const urn = request.getUrn();
  const inputs = values(request.getProperties());
  const response = new CreateResponse();
  if (request.getPreview()) {
    response.setProperties(Struct.fromJavaScript(unknownBefore(stateOf(urn, inputs, []), inputs)));
  } else {
    response.setId(idOf(partsOf(urn).name));
    response.setProperties(Struct.fromJavaScript(stateOf(urn, inputs, generated)));
  }
  return response;
}

/** Generated values stay, as do all others that no input gives. */
function update(request: UpdateRequest): UpdateResponse {
  const response = new UpdateResponse();
  response.setProperties(Struct.fromJavaScript({ ...values(request.getOlds()), ...values(request.getNews()) }));
  return response;
}

function read(request: ReadRequest): ReadResponse {
  const response = new ReadResponse();
  response.setId(request.getId());
  response.setInputs(request.getInputs());
  response.setProperties(request.getProperties());
  return response;
}

function remove(request: DeleteRequest): unknown {
  const refusal = refusalToDelete(partsOf(request.getUrn()).type, values(request.getProperties()));
  if (refusal !== undefined) throw new Error(refusal);
  return new Empty();
}

function invoke(request: InvokeRequest): InvokeResponse {
  const answer = lookUps[request.getTok()];
  if (answer === undefined) throw new Error(`look-up ${request.getTok()}: nobody has given it an answer`);
  const response = new InvokeResponse();
  response.setReturn(Struct.fromJavaScript(answer));
  return response;
}

/** Newer than whatever the program asks for. */
function pluginInfo(): PluginInfo {
  const info = new PluginInfo();
  info.setVersion('999.0.0');
  return info;
}

function answering<T>(handler: (request: T) => unknown): (call: { readonly request: T }, callback: (error: unknown, response?: unknown) => void) => void {
  return ({ request }, callback) => {
    let response: unknown;
    try {
      response = handler(request);
    } catch (error) {
      return callback(error);
    }
    callback(null, response);
  };
}

export interface StandInProvider {
  readonly port: number;
  /** Every secret that a `random` resource has been given. */
  readonly generated: readonly string[];
  stop(): void;
}

/** Serves until it is stopped; the engine attaches to it under the name of any package. */
export async function startStandInProvider(): Promise<StandInProvider> {
  const generated: string[] = [];
  const handlers = {
    attach: answering(() => new Empty()), getPluginInfo: answering(pluginInfo), configure: answering(configure), cancel: answering(() => new Empty()),
    checkConfig: answering(check), diffConfig: answering(diff), invoke: answering(invoke), check: answering(check), diff: answering(diff),
    create: answering((request: CreateRequest) => create(request, generated)), read: answering(read), update: answering(update), delete: answering(remove),
  };
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(ResourceProviderService, handlers as Grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  return { port, generated, stop: () => server.forceShutdown() };
}
