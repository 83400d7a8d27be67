/** Where changes are posted to. */
import { labelled, scalar } from '../../config/schema.ts';
import { inSeconds, secondsValue } from '../../config/schema-number.ts';
import { choice, text } from '../../config/schema-word.ts';
import { pattern } from '../values/route-parts.ts';

const ours = { extension: true } as const;

export const webhook = labelled('name', text('the name of the webhook', '<NAME>'), {
  url: scalar(pattern('a URL with http or https', '<URL>', /^https?:\/\/[^\s/]+/), {
    doc: 'Where each change is posted to.',
    example: 'https://hooks.example.org/holdfast',
    ...ours,
  }),
  form: scalar(choice(['json', 'slack', 'discord', 'teams', 'pagerduty', 'opsgenie']), {
    doc: 'What is posted: JSON of our own, or what a chat or paging service understands.',
    example: 'slack',
    fallback: 'json',
    ...ours,
  }),
  secret: scalar(text('a secret', '<SECRET>'), {
    doc: 'Key of the signature, or of the paging service.',
    example: 'correct-horse',
    ...ours,
  }),
  timeout: scalar(secondsValue(0.1, 300), {
    doc: 'How long the other side may take to answer.',
    example: '5',
    fallback: inSeconds(10),
    ...ours,
  }),
  events: scalar(choice(['all', 'vrrp', 'lvs']), {
    doc: 'Whether changes of instances and groups, of services and servers, or all are posted.',
    example: 'vrrp',
    fallback: 'all',
    ...ours,
  }),
});
