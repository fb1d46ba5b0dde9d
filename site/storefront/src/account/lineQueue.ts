/**
 * Changes to a cart, one after the other: a guest's cart is a cookie that each answer writes anew, so that two
 * requests at once would lose one of the changes. Of several changes to one line only the last is sent.
 */
export class LineQueue {
  private readonly waiting = new Map<string, () => Promise<unknown>>();
  private running: Promise<void> | null = null;

  /** `settled` runs when nothing waits any more, with what went wrong on the way. */
  constructor(private readonly settled: (errors: unknown[]) => Promise<void>) {}

  /** Whether something was put in that has not been sent yet. */
  get waits(): boolean {
    return this.waiting.size > 0;
  }

  put(name: string, work: () => Promise<unknown>): void {
    // Taken out first: what was asked last is sent last.
    this.waiting.delete(name);
    this.waiting.set(name, work);
    this.running ??= this.run().finally(() => (this.running = null));
  }

  /** Until everything has been sent and settled. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // A tick later, so that quick changes to one line become one.
    await Promise.resolve();
    do {
      const errors: unknown[] = [];
      for (let next = this.take(); next; next = this.take()) {
        try {
          await next();
        } catch (error) {
          errors.push(error);
        }
      }
      await this.settled(errors);
    } while (this.waiting.size);
  }

  private take(): (() => Promise<unknown>) | undefined {
    const [first] = this.waiting;
    if (!first) return undefined;
    this.waiting.delete(first[0]);
    return first[1];
  }
}
