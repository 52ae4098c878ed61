import { z } from 'zod';
import type { Route } from '../lib/app';
import type { ConsistencyTokens } from '../lib/consistency-token';
import type { Metrics } from '../lib/metrics';
import { HttpProblem } from '../lib/problem';
import { withoutQuery } from '../lib/query-parameters';
import { storableText, validated } from '../lib/validation';
import { UNREACHED_POSITION } from '../lib/wal-position';
import { parsePublicKey, publicKeyMultibase } from './ed25519-key';
import { isSignedBy, parseSignature, rotationMessage } from './ed25519-signature';
import type { Identity, IdentityStore } from './store';

export const userActions = ['identity_created', 'key_rotated'] as const;
type IdentityMetrics = Metrics<(typeof userActions)[number]>;

/** The longest message that a signature is checked of. */
export const MAX_MESSAGE_BYTES = 65_536;

/** Text that `parse` makes bytes of, or the problem that it has not this form. */
function bytes(parse: (text: string) => Buffer | undefined, form: string) {
  return z.string({ error: form }).transform((text, context) => {
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: form });
    return z.NEVER;
  });
}

const didForm = 'must be did:rechain: and 64 lower-case hex digits';
const did = z.string({ error: didForm }).regex(/^did:rechain:[0-9a-f]{64}$/, didForm);
const publicKey = bytes(parsePublicKey, 'must be an Ed25519 public key: 43 characters of base64url, or multibase (z6Mk…)');
const signature = bytes(parseSignature, 'must be an Ed25519 signature: 86 characters of base64url');
const LARGEST_VERSION = 2_147_483_647;
const version = z.int({ error: `must be a whole number, 1 to ${LARGEST_VERSION}` }).min(1, `must be a whole number, 1 to ${LARGEST_VERSION}`).max(LARGEST_VERSION, `must be a whole number, 1 to ${LARGEST_VERSION}`);

const founding = z.strictObject({ publicKey });
const rotation = z.strictObject({ publicKey, version, signature });
const claim = z.strictObject({ did, message: storableText({ maximumBytes: MAX_MESSAGE_BYTES }), signature });
const path = z.object({ did });

/** The identity as a W3C DID document with one Multikey; `version` counts its keys. */
function didDocument({ did: id, publicKey: key, version: count }: Identity) {
  const keyId = `${id}#key-${count}`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    version: count,
    verificationMethod: [{ id: keyId, type: 'Multikey', controller: id, publicKeyMultibase: publicKeyMultibase(key) }],
    authentication: [keyId],
    assertionMethod: [keyId],
  };
}

/** What the routes share. */
interface Context {
  readonly store: IdentityStore;
  readonly metrics: IdentityMetrics;
  readonly tokens: ConsistencyTokens;
}

/** The routes of `/api/web5`. Each refuses a consistency token that is none, also where it reads from the primary anyway. */
export function identityRoutes(context: Context): readonly Route[] {
  return [createIdentity(context), resolveIdentity(context), rotateKey(context), verifySignature(context)];
}

/** @throws HttpProblem 404 when there is none */
function existing(identity: Identity | undefined): Identity {
  if (identity === undefined) throw new HttpProblem({ status: 404, detail: 'no identity has this DID' });
  return identity;
}

function createIdentity({ store, metrics, tokens }: Context): Route {
  return {
    method: 'POST',
    path: '/api/web5/identities',
    handle: async (request, response) => {
      tokens.of(request);
      withoutQuery(request);
      const { value, position } = await store.create(validated(founding, request.body, 'body').publicKey, response.locals.deadline);
      const { identity, created } = value;
      if (created) metrics.userAction('identity_created');
      tokens.give(response, position);
      response.status(created ? 201 : 200).location(`/api/web5/identities/${identity.did}`).json(didDocument(identity));
    },
  };
}

/** From a replica: without a token, as it was up to some seconds ago. */
function resolveIdentity({ store, tokens }: Context): Route {
  return {
    method: 'GET',
    path: '/api/web5/identities/:did',
    handle: async (request, response) => {
      const atLeast = tokens.of(request);
      withoutQuery(request);
      const { did: id } = validated(path, request.params, 'path');
      const identity = await store.find(id, { deadline: response.locals.deadline, atLeast }).catch((error: unknown) => tokens.refuse(request, error));
      response.json(didDocument(existing(identity)));
    },
  };
}

/** Replaces the key. The present one signs what {@link rotationMessage} says; `version` is the identity's present one. */
function rotateKey({ store, metrics, tokens }: Context): Route {
  return {
    method: 'PUT',
    path: '/api/web5/identities/:did',
    handle: async (request, response) => {
      tokens.of(request);
      withoutQuery(request);
      const { deadline } = response.locals;
      const { did: id } = validated(path, request.params, 'path');
      const { signature: proof, ...change } = validated(rotation, request.body, 'body');
      const identity = existing(await store.findPresent(id, deadline));
      if (change.version !== identity.version) throw otherVersion(tokens.headers(UNREACHED_POSITION));
      if (!isSignedBy(identity.publicKey, rotationMessage({ did: id, ...change }), proof)) {
        throw new HttpProblem({ status: 403, detail: 'signature is not one of this rotation by the current key', field: 'signature' });
      }
      const { value: rotated, position } = await store.rotate({ did: id, ...change }, deadline);
      if (rotated === undefined) throw otherVersion(tokens.headers(position));
      metrics.userAction('key_rotated');
      tokens.give(response, position);
      response.json(didDocument(rotated));
    },
  };
}

/** @param headers a token: a replica may still have the version that is not the current one */
function otherVersion(headers: Readonly<Record<string, string>>): HttpProblem {
  return new HttpProblem({ status: 409, detail: 'version is not the current one: the key has been rotated, or never was; resolve the identity and sign anew', field: 'version', headers });
}

/** Whether the present key of an identity has signed a message, the UTF-8 bytes of its text. */
function verifySignature({ store, tokens }: Context): Route {
  return {
    method: 'POST',
    path: '/api/web5/verify',
    handle: async (request, response) => {
      tokens.of(request);
      withoutQuery(request);
      const { did: id, message, signature: proof } = validated(claim, request.body, 'body');
      // Never from a replica: there a key that was replaced since it was stolen would still be good.
      const identity = existing(await store.findPresent(id, response.locals.deadline));
      response.json({ did: id, version: identity.version, valid: isSignedBy(identity.publicKey, Buffer.from(message, 'utf8'), proof) });
    },
  };
}
