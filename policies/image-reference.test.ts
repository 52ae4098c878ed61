import { parseImage } from './image-reference';

const sha256 = `sha256:${'0a'.repeat(32)}`;

it.each([
  ['nginx', 'docker.io', 'library/nginx', undefined, undefined],
  ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', undefined],
  ['team/web:1', 'docker.io', 'team/web', '1', undefined],
  ['index.docker.io/nginx:1', 'docker.io', 'library/nginx', '1', undefined],
  ['ghcr.io/team/part/web:v1.0-rc.1', 'ghcr.io', 'team/part/web', 'v1.0-rc.1', undefined],
  ['localhost/web', 'localhost', 'web', undefined, undefined],
  ['localhost:5000/web', 'localhost:5000', 'web', undefined, undefined],
  ['registry:5000/web', 'registry:5000', 'web', undefined, undefined],
  ['registry.example.com:5000/team/web:1', 'registry.example.com:5000', 'team/web', '1', undefined],
  [`registry:5000/web@${sha256}`, 'registry:5000', 'web', undefined, sha256],
  [`team/web:latest@${sha256}`, 'docker.io', 'team/web', 'latest', sha256],
  ['[::1]:5000/web:1', '[::1]:5000', 'web', '1', undefined],
  ['registry:5000', 'docker.io', 'library/registry', '5000', undefined],
  ['my__team/my-web.x:1', 'docker.io', 'my__team/my-web.x', '1', undefined],
])('%s is an image', (text, registry, repository, tag, digest) => {
  expect(parseImage(text)).toEqual({ registry, repository, tag, digest });
});

it.each(['', ' ', 'a/b:5000/c', 'a/b:5000/c:1', 'Team/web', 'team/Web:1', 'web:', 'web:a b', ':1', 'web@', 'web@sha256:abc', `web@${sha256}0`, 'web@md5:00', '/web', 'web/', 'a//b', 'https://ghcr.io/web:1', '{{ .Values.image }}', '-web', 'web_-a', `${'a'.repeat(2_000)}:1`])(
  '"%.40s" is none',
  (text) => {
    expect(parseImage(text)).toBeUndefined();
  },
);
