import { Construct } from 'constructs';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import { manifest } from './manifest';
import { CONTAINER_NAME, imageVersion } from './names';
import { type PodProps, podTemplate } from './pod';

export interface MigrationJobProps {
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: PodProps;
}

const SECONDS_PER_DAY = 86_400;
/** Of services: bad usage, wrong environment. */
const CONFIGURATION_EXIT_CODES = [2, 78];

/**
 * Brings the service's schema up to its image: the same image, run with `migrate`. Jobs are immutable, so the name ends in the
 * image's version. Its sidecar is a native one, so the Job ends when the migration does.
 */
export class MigrationJob extends Construct {
  constructor(scope: Construct, id: string, { service, labels, pod }: MigrationJobProps) {
    super(scope, id);
    // No dots: the name is the pods' host name too.
    const version = imageVersion(pod.image).toLowerCase().replace(/[^a-z0-9-]/g, '-').slice(0, 62 - `${service}-migrate-`.length).replace(/-+$/, '');
    // `app` apart from the service's: no Service, budget or subset may take a migration for a server.
    const podLabels = { ...labels, app: `${service}-migrate`, 'app.kubernetes.io/component': 'migration' };
    manifest<IJob>(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `${service}-migrate-${version}`, labels: podLabels },
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: 600,
        ttlSecondsAfterFinished: SECONDS_PER_DAY,
        // A wrong environment does not mend by trying again.
        podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { containerName: CONTAINER_NAME, operator: 'In', values: CONFIGURATION_EXIT_CODES } }] },
        template: podTemplate({ ...pod, labels: podLabels }, { args: ['migrate'] }, { restartPolicy: 'Never' }),
      },
    });
  }
}
