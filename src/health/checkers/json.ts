/** A field of a JSON document compared with what is wanted: an extension of HTTP_GET. */
import type { JsonField } from '../checker.ts';

/** Why the field is not as wanted; undefined when it is. */
export function judgeJson(text: string, { path, wanted }: JsonField): string | undefined {
  const document = parse(text);
  if (document === undefined) return 'the body is no JSON';
  const name = path.join('.');
  let value: unknown = document.value;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return `the JSON has no field ${name}`;
    }
    value = Reflect.get(value, step);
  }
  const found = typeof value === 'string' ? value : JSON.stringify(value);
  return found === wanted
    ? undefined
    : `${name} is ${JSON.stringify(found.slice(0, 80))}, wanted ${JSON.stringify(wanted)}`;
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
