/** What Debian's user-mode-linux brings, a kernel that is a program, and the words that it boots with. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

export const kernelProgram = '/usr/bin/linux.uml';

/** The folder of its modules, named after its version; undefined when the package is not there. */
export function moduleFolder(): string | undefined {
  if (!existsSync(kernelProgram)) return undefined;
  const [index] = globSync('/usr/lib/uml/modules/*/modules.dep');
  return index?.slice(0, index.lastIndexOf('/'));
}

/** Its two serial lines are descriptors 3 and 4: what the guest writes there comes out here. */
export function kernelWords(job: string, modules: string, memory: number): readonly string[] {
  return [
    kernelProgram,
    `mem=${memory}M`,
    ...['root=hostfs', 'rootfstype=hostfs', 'rootflags=/', 'ro'],
    ...['init=/bin/sh', `uml_dir=${join(job, 'uml')}/`, 'umid=guest'],
    ...['con=null', 'con0=null,fd:1', 'con1=null', 'ssl=null', 'ssl0=null,fd:3', 'ssl1=null,fd:4'],
    // Measuring the processor and choosing checksums for disks would be most of the boot.
    ...['initcall_blacklist=raid6_select_algo,calibrate_xor_blocks', 'lpj=30000000'],
    ...['--', join(job, 'root.sh'), job, modules],
  ];
}
