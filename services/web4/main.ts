import path from 'node:path';
import { replicatedData } from '../lib/config';
import { openReplicated, runService } from '../lib/service';
import { assetRoutes, userActions } from './app';
import { AssetStore } from './store';

void runService({
  name: 'web4',
  data: replicatedData,
  migrationsFolder: path.join(__dirname, 'migrations'),
  userActions,
  open: openReplicated,
  routes: ({ pool }, metrics) => assetRoutes(new AssetStore(pool.primary), metrics),
});
