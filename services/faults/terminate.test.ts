import { testWithNginx } from '../lib/testing/nginx';
import { f1 } from './terminate';
import { testFaults } from './testing';

testFaults([f1], testWithNginx);
