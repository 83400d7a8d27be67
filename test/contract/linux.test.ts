/** The contracts of the ports against a real kernel. */
import { kernelContract } from './kernel.ts';
import { enterLaboratory, openLinuxKernelHost, openLinuxSegment } from './linux-world.ts';
import { networkContract } from './network.ts';

enterLaboratory(import.meta.filename);
networkContract('Linux', openLinuxSegment);
kernelContract('Linux', openLinuxKernelHost);
