import path from 'node:path';
import { replicatedData } from '../lib/config';
import { ConsistencyTokens } from '../lib/consistency-token';
import { openReplicated, runService } from '../lib/service';
import { identityRoutes, userActions } from './app';
import { IdentityStore } from './store';

void runService({
  name: 'web5',
  data: replicatedData,
  migrationsFolder: path.join(__dirname, 'migrations'),
  userActions,
  open: openReplicated,
  routes: ({ pool }, metrics, { configuration }) => {
    const tokens = new ConsistencyTokens({ scope: 'web5', path: '/api/web5', secure: configuration.environment !== 'local' });
    return identityRoutes({ store: new IdentityStore(pool), metrics, tokens });
  },
});
