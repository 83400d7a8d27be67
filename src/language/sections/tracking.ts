/** The blocks that name what is tracked, the same in instances and in groups. */
import { lines } from '../../config/schema.ts';
import {
  trackBfdLine,
  trackFileLine,
  trackInterfaceLine,
  trackProcessLine,
  trackScriptLine,
} from '../values/track-line.ts';

export const tracking = {
  track_interface: lines(trackInterfaceLine, {
    doc: 'Interfaces whose loss is a fault, or with a weight moves the priority.',
    example: '{\n    eth1 weight -20\n}',
  }),
  track_script: lines(trackScriptLine, {
    doc: 'Scripts and probes whose failure is a fault, or with a weight moves the priority.',
    example: '{\n    check_web\n}',
  }),
  track_file: lines(trackFileLine, {
    doc: 'Files whose number, times the weight, moves the priority.',
    example: '{\n    drain weight -1\n}',
  }),
  track_process: lines(trackProcessLine, {
    doc: 'Processes whose absence is a fault, or with a weight moves the priority.',
    example: '{\n    haproxy\n}',
  }),
  track_bfd: lines(trackBfdLine, {
    doc: 'BFD sessions whose loss is a fault, or with a weight moves the priority.',
    example: '{\n    to_peer weight -20\n}',
  }),
};
