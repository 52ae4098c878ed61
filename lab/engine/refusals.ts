/** What AWS does not delete, by type: the inputs that would have to be otherwise. */

type Values = Readonly<Record<string, unknown>>;

const refusals: Readonly<Partial<Record<string, (state: Values) => string | undefined>>> = {
  'aws:rds/instance:Instance': ({ deletionProtection, skipFinalSnapshot, finalSnapshotIdentifier }) => {
    if (deletionProtection === true) return 'InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.';
    return skipFinalSnapshot === true || finalSnapshotIdentifier !== undefined ? undefined : 'final_snapshot_identifier is required when skip_final_snapshot is false';
  },
  'aws:eks/cluster:Cluster': ({ deletionProtection }) => (deletionProtection === true ? 'InvalidRequestException: Cluster deletion protection is enabled' : undefined),
  'aws:lb/loadBalancer:LoadBalancer': ({ enableDeletionProtection }) => (enableDeletionProtection === true ? 'OperationNotPermitted: Load balancer cannot be deleted because deletion protection is enabled' : undefined),
  // By then there are images, logs and assets in them.
  'aws:ecr/repository:Repository': ({ forceDelete }) => (forceDelete === true ? undefined : 'RepositoryNotEmptyException: the repository cannot be deleted because it still contains images'),
  'aws:s3/bucket:Bucket': ({ forceDestroy }) => (forceDestroy === true ? undefined : 'BucketNotEmpty: The bucket you tried to delete is not empty'),
};

/** Why AWS would refuse to delete a resource of this state; undefined where it would not. */
export function refusalToDelete(type: string, state: Values): string | undefined {
  return refusals[type]?.(state);
}
