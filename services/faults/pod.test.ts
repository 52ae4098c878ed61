import { testWithNginx } from '../lib/testing/nginx';
import { f1, f2, f4 } from './pod';
import { testFaults } from './testing';

testFaults([f2]);
testFaults([f1, f4], testWithNginx);
