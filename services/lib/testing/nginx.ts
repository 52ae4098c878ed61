import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port';
import { until } from './service-process';

/** A real nginx on 127.0.0.1. */
export interface Nginx {
  readonly url: string;
  /** What it has logged as errors so far. */
  readonly errors: () => string;
  readonly stop: () => Promise<void>;
}

/** Whether nginx is on this machine. */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).error === undefined;
}

/**
 * `test` for what needs nginx. Where it is missing the test is skipped, and its name says why; under `CI=true` that is a
 * failure.
 */
export function testWithNginx(name: string, body: () => Promise<void>): void {
  if (hasNginx()) test(name, body);
  else if (process.env.CI !== 'true') test.skip(`${name} (needs nginx, Debian package nginx)`, body);
  else test(name, () => Promise.reject(new Error('this test needs nginx, Debian package nginx, which is not installed')));
}

/**
 * Starts nginx; its files are in a folder of its own, which goes with it.
 *
 * @param http what stands in `http { }` besides the server's `listen`: upstreams
 * @param server what stands in `server { }`
 * @throws Error with what nginx says when it does not start
 */
export async function startNginx({ http, server }: { readonly http: string; readonly server: string }): Promise<Nginx> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'rechain-nginx-'));
  // Started as root, nginx's workers run as another user, who must reach the folders that the master makes for them here.
  await chmod(folder, 0o711);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
  const text = [
    'worker_processes 2;',
    `pid ${folder}/nginx.pid;`,
    'events { worker_connections 4096; }',
    `http { ${temporary.join(' ')} access_log off; ${http}`,
    `server { listen 127.0.0.1:${port} default_server backlog=1024; ${server} } }`,
  ].join('\n');
  await writeFile(path.join(folder, 'nginx.conf'), text);
  const child = spawn('nginx', ['-c', path.join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr', '-g', 'daemon off; error_log stderr warn;'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    errors += data;
  });
  const closed = once(child, 'close');
  await until(() => {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: ${errors}`);
    return accepts(port);
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await closed;
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}`, errors: () => errors, stop };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
