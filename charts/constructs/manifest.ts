import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';

/** What every object has. */
interface TypedManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: unknown;
}

/** An interface of kubernetes-models under an API version that the package does not have yet: same schema, newer name. */
export type WithApiVersion<T, V extends string> = Omit<T, 'apiVersion'> & { readonly apiVersion: V };

/** Adds an object that cdk8s-plus has no construct for, typed by its kubernetes-models interface. */
export function manifest<T extends TypedManifest>(scope: Construct, id: string, object: T): ApiObject {
  return new ApiObject(scope, id, object as T & ApiObjectProps);
}
