import path from 'node:path';
import { replicatedData } from '../lib/config';
import { openReplicated, runService } from '../lib/service';
import { identityRoutes, userActions } from './app';
import { IdentityStore } from './store';

void runService({
  name: 'web5',
  data: replicatedData,
  migrationsFolder: path.join(__dirname, 'migrations'),
  userActions,
  open: openReplicated,
  routes: ({ primary }, metrics) => identityRoutes(new IdentityStore(primary), metrics),
});
