import { z } from 'zod';
import type { Route } from '../lib/app';
import type { Metrics } from '../lib/metrics';
import { HttpProblem } from '../lib/problem';
import { validated } from '../lib/validation';
import { parsePublicKey, publicKeyMultibase } from './ed25519-key';
import type { Identity, IdentityStore } from './store';

export const userActions = ['identity_created'] as const;

const keyForm = 'must be an Ed25519 public key: 43 characters of base64url, or multibase (z6Mk…)';
const founding = z.strictObject({
  publicKey: z.string({ error: keyForm }).transform((text, context) => {
    const key = parsePublicKey(text);
    if (key !== undefined) return key;
    context.addIssue({ code: 'custom', message: keyForm });
    return z.NEVER;
  }),
});

const path = z.object({ did: z.string().regex(/^did:rechain:[0-9a-f]{64}$/, 'must be did:rechain: and 64 lower-case hex digits') });

/** The identity as a W3C DID document with one Multikey. */
function didDocument({ did, publicKey }: Identity) {
  const keyId = `${did}#key-1`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [{ id: keyId, type: 'Multikey', controller: did, publicKeyMultibase: publicKeyMultibase(publicKey) }],
    authentication: [keyId],
    assertionMethod: [keyId],
  };
}

/** `POST /api/web5/identities` and `GET /api/web5/identities/:did`. */
export function identityRoutes(store: IdentityStore, metrics: Metrics<(typeof userActions)[number]>): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/web5/identities',
      handle: async (request, response) => {
        const { identity, created } = await store.create(validated(founding, request.body, 'body').publicKey);
        if (created) metrics.userAction('identity_created');
        response.status(created ? 201 : 200).location(`/api/web5/identities/${identity.did}`).json(didDocument(identity));
      },
    },
    {
      method: 'GET',
      path: '/api/web5/identities/:did',
      handle: async (request, response) => {
        const identity = await store.find(validated(path, request.params, 'path').did);
        if (identity === undefined) throw new HttpProblem({ status: 404, detail: 'no identity has this DID' });
        response.json(didDocument(identity));
      },
    },
  ];
}
