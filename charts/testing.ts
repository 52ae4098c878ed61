import { spawnSync } from 'node:child_process';
import type { BuiltChart, Manifest } from './app';

/** The one object of a kind and name; for tests. */
export function find(charts: readonly BuiltChart[], kind: string, name: string): Manifest {
  const found = charts.flatMap(({ manifests }) => manifests).filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} objects are ${kind} ${name}`);
  return found[0];
}

/** A value inside an object by its dotted path; numbers index lists. Undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => (typeof current === 'object' && current !== null ? (current as Record<string, unknown>)[key] : undefined), value);
}

/**
 * `test` for what needs a program of the machine. Where it is missing the test is skipped, and its name says why; under
 * `CI=true`, where `.ci/run` installs it, that is a failure.
 */
export function testWith(program: string, debianPackage: string): (name: string, body: jest.ProvidesCallback) => void {
  const missing = spawnSync(program, ['-v']).error !== undefined;
  const reason = `needs ${program}, Debian package ${debianPackage}`;
  if (!missing) return (name, body) => test(name, body);
  if (process.env['CI'] !== 'true') return (name, body) => test.skip(`${name} (${reason})`, body);
  return (name) => test(name, () => { throw new Error(`this test ${reason}, which is not installed`); });
}
