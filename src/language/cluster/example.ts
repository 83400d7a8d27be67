/** The examples of the cluster's codes are the files of several nodes in one text. */
import { readText } from '../read-text.ts';
import { type ClusterFindings, checkCluster } from './check.ts';

const parting = /^# the other node\n/m;

/** What is said about the nodes of an example together. */
export function checkExample(text: string): ClusterFindings {
  const files = text.split(parting).map((each, index) => [`node${index + 1}.conf`, each] as const);
  return checkCluster(
    files.map(([path, each]) => readText(each, path)),
    files.map(([path]) => path),
  );
}
