import { f19 } from './overload';
import { testFaults } from './testing';

testFaults([f19]);
