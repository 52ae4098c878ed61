import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nginxConfig } from '../../charts/constructs/nginx-config';
import { trustedProxies } from '../../charts/gateway-chart';
import type { ResolvedPlatform } from '../../platform/environments';
import { type Child, startChild, whenReady } from './child';

/** The nginx gateway on this machine, before the services' processes. */
export interface LocalGateway {
  readonly address: string;
  /** A key that makes a client premium; new in each run. */
  readonly premiumApiKey: string;
  readonly child: Child;
}

/** Whether nginx is on the PATH. */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).error === undefined;
}

export interface StartGatewayOptions {
  readonly platform: ResolvedPlatform;
  readonly port: number;
  /** `host:port` of the processes of each service. */
  readonly servers: ReadonlyMap<string, readonly string[]>;
  readonly folder: string;
  readonly logFolder: string;
}

function writeConfiguration({ platform, port, servers, folder, logFolder }: StartGatewayOptions, apiKey: string): string {
  // As root, nginx's workers run as another user, who must reach the folder of their temporary files.
  chmodSync(folder, 0o711);
  const apiKeysFile = join(folder, 'api-keys.map');
  writeFileSync(apiKeysFile, `"${apiKey}" premium;\n`, { mode: 0o600 });
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfig({
    host: platform.gateway.host,
    listen: `127.0.0.1:${port}`,
    upstreams: platform.services.map(({ name, routes }) => ({ service: name, routes, servers: servers.get(name) ?? [] })),
    rateLimit: platform.gateway.rateLimit,
    timeouts: platform.gateway.timeouts,
    trustedProxies: trustedProxies(platform),
    clientScheme: 'http',
    apiKeysFile,
    temporaryFolder: folder,
    logs: { access: join(logFolder, 'gateway-access.log'), error: join(logFolder, 'gateway.log') },
  }));
  return file;
}

/** Starts nginx with the configuration that the charts generate, and waits until it answers. @throws ChildError */
export async function startGateway(options: StartGatewayOptions): Promise<LocalGateway> {
  const premiumApiKey = randomBytes(24).toString('hex');
  const file = writeConfiguration(options, premiumApiKey);
  const { folder, logFolder, port } = options;
  const child = startChild({
    name: 'the gateway (nginx)',
    command: 'nginx',
    args: ['-c', file, '-p', folder, '-e', 'stderr', '-g', 'daemon off;'],
    cwd: folder,
    environment: { PATH: process.env['PATH'] },
    logFile: join(logFolder, 'gateway.log'),
  });
  const address = `127.0.0.1:${port}`;
  await whenReady(child, async () => (await fetch(`http://${address}/health`).catch(() => undefined))?.ok === true);
  return { address, premiumApiKey, child };
}
