/** An image as a container names it, with what Docker leaves out put in. */
export interface ImageReference {
  /** Such as `docker.io` or `registry.example.com:5000`. */
  readonly registry: string;
  /** Such as `library/nginx`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const MAX_LENGTH = 1_000;
/** Only a host has a dot or a port, but for localhost; `team/web` is a repository of Docker Hub. */
const REGISTRY = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:)|\[[a-f0-9:]+\])(?::\d+)?$/i;
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

function split(text: string, position: number): [string, string | undefined] {
  return position < 0 ? [text, undefined] : [text.slice(0, position), text.slice(position + 1)];
}

/** The parts of an image reference, by the grammar of container registries; undefined where the text is none. */
export function parseImage(text: string): ImageReference | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [named, digest] = split(text, text.indexOf('@'));
  // A colon before the last slash belongs to the port of a registry.
  const colon = named.lastIndexOf(':');
  const [name, tag] = split(named, colon > named.lastIndexOf('/') ? colon : -1);
  const components = name.split('/');
  const first = components[0] ?? '';
  const host = components.length > 1 && REGISTRY.test(first) ? components.shift() : undefined;
  if (!components.every((component) => REPOSITORY.test(component))) return undefined;
  if ((tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const registry = host === undefined || host === 'index.docker.io' ? 'docker.io' : host;
  if (registry === 'docker.io' && components.length === 1) components.unshift('library');
  return { registry, repository: components.join('/'), tag, digest };
}
