/** Many questions at once, but not all: a host has a limit of descriptors, and a link one of its patience. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  most: number,
  ask: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < items.length; index = next) {
      next = index + 1;
      const item = items[index] as Item;
      results.set(index, await ask(item));
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return items.map((_, index) => results.get(index) as Result);
}

/** The same question is asked once. */
export function remembered<Words extends readonly unknown[], Answer>(
  keyOf: (...words: Words) => string,
  ask: (...words: Words) => Promise<Answer>,
): (...words: Words) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...words) => {
    const key = keyOf(...words);
    const answer = answers.get(key) ?? ask(...words);
    answers.set(key, answer);
    return answer;
  };
}
