import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The real Pulumi command, over this repository's project, with all that it writes in a temporary folder. */

const root = join(__dirname, '../..');
/** Every package of which the program has resources. */
const PACKAGES = ['aws', 'kubernetes', 'random', 'docker-build'] as const;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly dependencies?: readonly string[];
  /** Secrets encrypted. */
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export interface PulumiStackProps {
  /** The environment, which the stack is named after. */
  readonly stack: string;
  /** In place of what the stack's file says; keys with the project's name. */
  readonly config: Readonly<Record<string, string>>;
  /** Of the stand-in provider. */
  readonly providerPort: number;
  /** A program in JavaScript that runs in place of the repository's. @default the repository's */
  readonly program?: string;
}

/** A stack in a backend of its own, which is a folder. */
export class PulumiStack {
  private readonly folder = mkdtempSync(join(tmpdir(), 'engine-'));
  private readonly configFile: string;
  private readonly environment: Readonly<Record<string, string>>;

  constructor(private readonly props: PulumiStackProps) {
    const { folder } = this;
    for (const name of ['state', 'project']) mkdirSync(join(folder, name));
    this.environment = {
      PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter), HOME: folder, PULUMI_HOME: join(folder, 'home'),
      PULUMI_BACKEND_URL: `file://${join(folder, 'state')}`, PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString('hex'),
      PULUMI_SKIP_UPDATE_CHECK: 'true', PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      // The state is written at the end, and not after every resource: two thirds of the time.
      PULUMI_EXPERIMENTAL: 'true', PULUMI_SKIP_CHECKPOINTS: 'true',
      PULUMI_DEBUG_PROVIDERS: PACKAGES.map((name) => `${name}:${props.providerPort}`).join(','),
    };
    this.configFile = join(folder, 'project', `Pulumi.${props.stack}.yaml`);
  }

  /** Beside a copy of the project: the command writes the salt of the secrets into the stack's file. */
  async init(): Promise<void> {
    const { stack, config } = this.props;
    const project = join(this.folder, 'project');
    copyFileSync(join(root, 'Pulumi.yaml'), join(project, 'Pulumi.yaml'));
    if (this.props.program !== undefined) {
      writeFileSync(join(project, 'package.json'), '{}');
      writeFileSync(join(project, 'index.js'), this.props.program);
      symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
    }
    const file = Object.entries(config).reduce((text, [key, value]) => text.replace(new RegExp(`${key}: .*`), `${key}: ${JSON.stringify(value)}`), readFileSync(join(root, `Pulumi.${stack}.yaml`), 'utf8'));
    writeFileSync(this.configFile, file);
    const { code, stderr } = await this.pulumi(['--cwd', project, 'stack', 'init', stack]);
    if (code !== 0) throw new Error(`pulumi stack init: ${stderr}`);
  }

  /** `pulumi up` and its like, in the folder of the program. */
  operate(operation: 'preview' | 'up' | 'destroy', ...options: readonly string[]): Promise<Outcome> {
    return this.pulumi([operation, '--stack', this.props.stack, '--config-file', this.configFile, '--parallel', '16', ...options]);
  }

  /** The state: secrets encrypted, unless options say otherwise. */
  async export(...options: readonly string[]): Promise<{ readonly text: string; readonly resources: readonly StateResource[] }> {
    const { stdout: text } = await this.pulumi(['stack', 'export', '--stack', this.props.stack, ...options]);
    const { deployment } = JSON.parse(text) as { deployment: { resources?: readonly StateResource[] } };
    return { text, resources: deployment.resources ?? [] };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async pulumi(args: readonly string[]): Promise<Outcome> {
    const child = spawn('pulumi', [...args, '--non-interactive', '--color', 'never'], { cwd: this.props.program === undefined ? root : join(this.folder, 'project'), env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => { stdout += chunk; });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => { stderr += chunk; });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? -1, stdout, stderr };
  }
}
