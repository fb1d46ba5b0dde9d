/** Asking again and again, ever more slowly, until there is an answer or no hope. */

/** Milliseconds before each further question: some two and a half minutes in all. */
export const WAITS = [1000, 1500, 2000, 3000, 5000, 8000, 12_000, 15_000, 20_000, 30_000, 30_000, 30_000];

/**
 * Ask until `settled` likes the answer: that answer, or null when it never did or `stopped` says that nobody waits.
 * A question that fails counts as no answer.
 */
export async function askUntil<T>(
  question: () => Promise<T>,
  settled: (answer: T) => boolean,
  options: { waits?: number[]; stopped?: () => boolean; sleep?: (ms: number) => Promise<void> } = {},
): Promise<T | null> {
  const { waits = WAITS, stopped = () => false, sleep = (ms) => new Promise<void>((done) => setTimeout(done, ms)) } = options;
  for (const wait of [...waits, null]) {
    try {
      const answer = await question();
      if (settled(answer)) return answer;
    } catch (error) {
      console.warn(error);
    }
    if (wait === null || stopped()) return null;
    await sleep(wait);
    if (stopped()) return null;
  }
  return null;
}
