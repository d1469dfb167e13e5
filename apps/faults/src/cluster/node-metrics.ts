/** Numbers of a node's /metrics, by name; undefined when it does not answer in time. */
export async function readMetrics(port: number): Promise<Map<string, number> | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(2_000) });
    return parseMetrics(await answer.text());
  } catch {
    return undefined;
  }
}

/** Lines of Prometheus' text format; labels are part of the name. */
function parseMetrics(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** Whether it says of itself that it takes clients (T4, T5). */
export async function isReady(port: number, withinMs = 1_000): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(withinMs) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
