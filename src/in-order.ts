// Keep several tasks under way and take their results in the order of the tasks.

/**
 * Run `run` on each task, at most `ahead` at once, and yield the results in order.
 *
 * Memory is bounded by `ahead` results: a slow task holds up those behind it.
 * When the caller stops early, tasks under way go on and their failures are not
 * reported twice.
 */
export async function* inOrder<Task, Result>(
  tasks: Iterable<Task>,
  ahead: number,
  run: (task: Task) => Promise<Result>,
): AsyncGenerator<{ task: Task; result: Result }> {
  const underWay: { task: Task; result: Promise<Result> }[] = [];
  const iterator = tasks[Symbol.iterator]();
  for (;;) {
    while (underWay.length < ahead) {
      const next = iterator.next();
      if (next.done === true) break;
      const result = run(next.value);
      // It is awaited below; until then a failure is not unhandled.
      result.catch(() => {});
      underWay.push({ task: next.value, result });
    }
    const first = underWay.shift();
    if (first === undefined) return;
    yield { task: first.task, result: await first.result };
  }
}
