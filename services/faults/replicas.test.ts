import { replicaFaults } from './replicas';
import { lagFaults } from './replicas-lag';
import { testFaults } from './testing';

testFaults([...replicaFaults, ...lagFaults]);
