import { z } from 'zod';
import type { Route } from '../lib/app';
import type { Metrics } from '../lib/metrics';
import { HttpProblem } from '../lib/problem';
import { storableText, validated } from '../lib/validation';
import type { AssetStore } from './store';

export const userActions = ['asset_written'] as const;

const path = z.object({ id: storableText({ minimumBytes: 1, maximumBytes: 256 }) });

const mediaTypeForm = 'must be a media type such as text/plain';
const content = z.strictObject({
  mediaType: z.string({ error: mediaTypeForm }).regex(/^[a-z0-9!#$&^_.+-]{1,63}\/[a-z0-9!#$&^_.+-]{1,63}$/, mediaTypeForm),
  content: storableText({ maximumBytes: 524_288 }),
});

/** `PUT` and `GET /api/web4/assets/:id`. */
export function assetRoutes(store: AssetStore, metrics: Metrics<(typeof userActions)[number]>): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: '/api/web4/assets/:id',
      handle: async (request, response) => {
        const { id } = validated(path, request.params, 'path');
        const asset = await store.put(id, validated(content, request.body, 'body'));
        metrics.userAction('asset_written');
        response.status(asset.version === 1 ? 201 : 200).json(asset);
      },
    },
    {
      method: 'GET',
      path: '/api/web4/assets/:id',
      handle: async (request, response) => {
        const asset = await store.find(validated(path, request.params, 'path').id);
        if (asset === undefined) throw new HttpProblem({ status: 404, detail: 'no asset has this id' });
        response.json(asset);
      },
    },
  ];
}
