import { testWithNginx } from '../lib/testing/nginx';
import { f3 } from './keep-alive';
import { testFaults } from './testing';

testFaults([f3], testWithNginx);
