import { pathOf } from './asset-cache';

it('names no path that a CDN takes for many', () => {
  expect([pathOf('*'), pathOf('a*/b*')]).toEqual(['/api/web4/assets/%2A', '/api/web4/assets/a%2A%2Fb%2A']);
});
