import { testWithNginx } from '../lib/testing/nginx';
import { f2, f4 } from './pod';
import { testFaults } from './testing';

testFaults([f2]);
testFaults([f4], testWithNginx);
