import type { RegisterResourceRequest, RegisterResourceOutputsRequest } from '@pulumi/pulumi/proto/resource_pb';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import { idOf, lookUps, outputsOf, type SecretSource } from './symbolic-outputs';

/** A resource as the program asked the engine for it; secrets and unknown values still bear their marks (masking.ts). */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  /** False for components and the stack. */
  readonly custom: boolean;
  readonly protect: boolean;
  /** URNs, each once, sorted. */
  readonly dependencies: readonly string[];
  /** Which inputs those dependencies come by. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Thrown where Pulumi's engine would refuse the program. */
export class DuplicateResourceError extends Error {
  override readonly name = 'DuplicateResourceError';
  constructor(urn: string) {
    super(`resource ${urn}: received a second one, allowed is one of each type and name under a parent. Rename one of them.`);
  }
}

/** Thrown for a question to the cloud that this monitor has no answer to. */
export class UnansweredLookUpError extends Error {
  override readonly name = 'UnansweredLookUpError';
  constructor(token: string) {
    super(`look-up ${token}: received a look-up, allowed is one of ${Object.keys(lookUps).join(', ')}. Give it an answer in lab/plan/symbolic-outputs.ts.`);
  }
}

interface RegisterResponse {
  setUrn(urn: string): void;
}

const STACK_TYPE = 'pulumi:pulumi:Stack';

/**
 * Pulumi's engine as the program sees it, without one: answers every request as a provider would in a preview, and writes down
 * what was asked. The runtime's own mock monitor does the talking; it knows nothing of parents, dependencies and protection, and
 * shortens URNs, which is why requests are read here.
 */
export class RecordingMonitor extends MockMonitor {
  readonly recorded = new Map<string, RecordedResource>();
  /** What an engine would have refused. It is answered all the same: the runtime leaves a refusal to whoever holds its promises, and that is nobody. */
  readonly failures: Error[] = [];
  /** What components and the stack gave out, by URN, with marks. */
  readonly outputs = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(private readonly project: string, private readonly stack: string, secretOf: SecretSource) {
    super({
      call: ({ token }) => this.lookUp(token),
      newResource: ({ type, name, inputs, custom }) => ({ id: custom === true ? idOf(name) : undefined, state: custom === true ? outputsOf(type, name, inputs as Record<string, unknown>, secretOf) : {} }),
    });
  }

  override async registerResource(request: RegisterResourceRequest, callback: (error: unknown, response: unknown) => void): Promise<void> {
    const urn = this.urnOf(request);
    if (this.recorded.has(urn)) this.failures.push(new DuplicateResourceError(urn));
    this.recorded.set(urn, this.read(urn, request));
    await super.registerResource(request, (error, response: RegisterResponse | undefined) => {
      response?.setUrn(urn);
      callback(error, response);
    });
  }

  override registerResourceOutputs(request: RegisterResourceOutputsRequest, callback: (error: unknown, response: unknown) => void): void {
    this.outputs.set(request.getUrn(), (request.getOutputs()?.toJavaScript() ?? {}) as Record<string, unknown>);
    callback(undefined, {});
  }

  private lookUp(token: string): Record<string, unknown> {
    const answer = lookUps[token];
    if (answer === undefined) this.failures.push(new UnansweredLookUpError(token));
    return answer ?? {};
  }

  /** As the engine makes them: the types of all parents but the stack, then the type, then the name. */
  private urnOf(request: RegisterResourceRequest): string {
    const parentTypes = request.getParent().split('::')[2];
    const prefix = parentTypes === undefined || parentTypes === STACK_TYPE ? '' : `${parentTypes}$`;
    return `urn:pulumi:${this.stack}::${this.project}::${prefix}${request.getType()}::${request.getName()}`;
  }

  private read(urn: string, request: RegisterResourceRequest): RecordedResource {
    const propertyDependencies: Record<string, readonly string[]> = {};
    request.getPropertydependenciesMap().forEach((dependencies, property) => {
      const urns = dependencies.getUrnsList();
      if (urns.length > 0) propertyDependencies[property] = [...urns].sort();
    });
    return {
      urn,
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      custom: request.getCustom(),
      protect: request.getProtect() ?? false,
      dependencies: [...new Set(request.getDependenciesList())].sort(),
      propertyDependencies,
      ignoreChanges: request.getIgnorechangesList(),
      inputs: (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    };
  }
}
