import type { Request, Response } from 'express';
import type { Route } from '../lib/app';
import { cacheControl } from '../lib/cdn/cache-control';
import { CONSISTENCY_HEADER, type ConsistencyTokens } from '../lib/consistency-token';
import type { Entry } from '../lib/layered-cache/entry';
import { sendJsonText } from '../lib/json-answer';
import type { Metrics } from '../lib/metrics';
import { HttpProblem } from '../lib/problem';
import { validatedQuery, withoutQuery } from '../lib/query-parameters';
import type { ReadOptions } from '../lib/read-write-pool';
import { validated } from '../lib/validation';
import { answerOf, pathOf, type AssetCache, type CachedAnswer } from './asset-cache';
import { conditionOf, isNotModified } from './etag';
import { assetBody, assetPath, listQuery } from './requests';
import type { AssetStore, Condition } from './store';

export const userActions = ['asset_written', 'asset_deleted'] as const;

/** What the routes share. */
export interface Context {
  readonly store: Pick<AssetStore, 'put' | 'delete'>;
  readonly cache: AssetCache;
  readonly tokens: ConsistencyTokens;
  readonly metrics: Metrics<(typeof userActions)[number]>;
}

/** The CDN is told of each write, browsers cannot be: they ask each time, and mostly hear 304. */
const ofAsset = cacheControl({ kind: 'shared', browserSeconds: 0, sharedSeconds: 300, staleWhileRevalidateSeconds: 30, staleIfErrorSeconds: 600 });
/** Of lists the CDN is not told: a write changes any number of them. */
const ofList = cacheControl({ kind: 'shared', browserSeconds: 0, sharedSeconds: 5, staleWhileRevalidateSeconds: 10, staleIfErrorSeconds: 600 });
/** For what may be old, or soon is. */
const ofShortLife = cacheControl({ kind: 'shared', browserSeconds: 0, sharedSeconds: 5, staleWhileRevalidateSeconds: 0, staleIfErrorSeconds: 0 });
const ofOneClient = cacheControl({ kind: 'private' });
const ofNobody = cacheControl({ kind: 'none' });

/** The routes of `/api/web4`. */
export function assetRoutes(context: Context): readonly Route[] {
  return [putAsset(context), getAsset(context), deleteAsset(context), listAssets(context), ...withoutId];
}

/** Not the list: whoever puts an empty id into a path asks for an asset. */
const withoutId = (['GET', 'PUT', 'DELETE'] as const).map((method): Route => ({ method, path: '/api/web4/assets/', handle: () => void validated(assetPath, { id: '' }, 'path') }));

function putAsset({ store, cache, tokens, metrics }: Context): Route {
  return {
    method: 'PUT',
    path: '/api/web4/assets/:id',
    handle: async (request, response) => {
      const { id, condition } = targetOf(request, tokens);
      const content = validated(assetBody, request.body, 'body');
      const { value: asset, position } = await cache.write(id, () => store.put(id, content, condition, response.locals.deadline));
      if (asset === undefined) throw conditionFailed(tokens.headers(position));
      metrics.userAction('asset_written');
      tokens.give(response, position);
      const { body, bytes, etag } = answerOf(asset);
      response.statusCode = asset.version === 1 ? 201 : 200;
      response.setHeader('ETag', etag);
      response.setHeader('Cache-Control', ofNobody);
      sendJsonText(response, body, bytes);
    },
  };
}

function getAsset({ cache, tokens }: Context): Route {
  return {
    method: 'GET',
    path: '/api/web4/assets/:id',
    handle: (request, response) => {
      const reading = readingOf(request, response, tokens);
      withoutQuery(request);
      const { id } = validated(assetPath, request.params, 'path');
      // Another spelling of the path would be another place in the CDN, which nobody would purge.
      const caching = reading.atLeast !== undefined || request.originalUrl !== pathOf(id) ? ofOneClient : ofAsset;
      const found = cache.find(id, reading);
      const send = (entry: Entry<CachedAnswer>): void => answer(request, response, entry, cachingOf(cache, entry, caching));
      if (found instanceof Promise) return found.then(send, (error: unknown) => tokens.refuse(request, error));
      return send(found);
    },
  };
}

function deleteAsset({ store, cache, tokens, metrics }: Context): Route {
  return {
    method: 'DELETE',
    path: '/api/web4/assets/:id',
    handle: async (request, response) => {
      const { id, condition } = targetOf(request, tokens);
      if (condition.kind === 'none') throw new HttpProblem({ status: 400, detail: 'If-None-Match asks for nothing that DELETE can do', field: 'If-None-Match' });
      const { value: deleted, position } = await cache.write(id, () => store.delete(id, condition, response.locals.deadline));
      if (!deleted && condition.kind !== 'always') throw conditionFailed(tokens.headers(position));
      if (deleted) metrics.userAction('asset_deleted');
      tokens.give(response, position);
      // Also for one that was not there: whoever repeats a DELETE learns that it is done.
      response.status(204).set('Cache-Control', ofNobody).end();
    },
  };
}

function listAssets({ cache, tokens }: Context): Route {
  return {
    method: 'GET',
    path: '/api/web4/assets',
    handle: async (request, response) => {
      const reading = readingOf(request, response, tokens);
      const { prefix, limit, cursor: after } = validatedQuery(listQuery, request.query);
      const entry = await Promise.resolve(cache.list({ prefix, limit, after }, reading)).catch((error: unknown) => tokens.refuse(request, error));
      answer(request, response, entry, cachingOf(cache, entry, reading.atLeast === undefined ? ofList : ofOneClient));
    },
  };
}

/** What a write is about, by all but its body. */
function targetOf(request: Request, tokens: ConsistencyTokens): { readonly id: string; readonly condition: Condition } {
  tokens.of(request);
  withoutQuery(request);
  return { id: validated(assetPath, request.params, 'path').id, condition: conditionOf(request) };
}

function readingOf(request: Request, response: Response, tokens: ConsistencyTokens): ReadOptions {
  const { deadline } = response.locals;
  const atLeast = tokens.of(request);
  return atLeast === 0 ? { deadline } : { deadline, atLeast };
}

/** What others have written meanwhile is not always heard of. */
function cachingOf(cache: AssetCache, entry: Entry<CachedAnswer>, caching: string): string {
  return caching === ofOneClient || (entry.content.kind === 'value' && cache.vouchesFor(entry)) ? caching : ofShortLife;
}

function answer(request: Request, response: Response, { content }: Entry<CachedAnswer>, caching: string): void {
  if (content.kind === 'absent') {
    throw new HttpProblem({ status: 404, detail: 'no asset has this id', headers: { 'Cache-Control': caching, Vary: CONSISTENCY_HEADER } });
  }
  const { etag, body, bytes } = content.value;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', caching);
  // A request with a token is never answered with what the CDN keeps for those without.
  response.setHeader('Vary', CONSISTENCY_HEADER);
  if (isNotModified(request, etag)) response.writeHead(304).end();
  else sendJsonText(response, body, bytes);
}

/** @param headers a token: a replica may still have what the client's condition was made of */
function conditionFailed(headers: Readonly<Record<string, string>>): HttpProblem {
  return new HttpProblem({ status: 412, detail: 'the asset is not in the state that If-Match or If-None-Match asks for; get it again', headers });
}
