import path from 'node:path';
import { primaryData } from '../lib/config';
import { openPrimary, runService } from '../lib/service';
import { identityRoutes, userActions } from './app';
import { IdentityStore } from './store';

void runService({
  name: 'web5',
  data: primaryData,
  migrationsFolder: path.join(__dirname, 'migrations'),
  userActions,
  open: openPrimary,
  routes: ({ primary }, metrics) => identityRoutes(new IdentityStore(primary), metrics),
});
