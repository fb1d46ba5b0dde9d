/** Time left, as clocks show it. */
import { onScopeDispose, ref, type Ref } from "vue";

import { pageNow } from "../api/preview";

export interface Left {
  days: number;
  hours: string;
  minutes: string;
  seconds: string;
  over: boolean;
}

export function left(until: number, now: number): Left {
  const total = Math.max(0, Math.floor((until - now) / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  return {
    days: Math.floor(total / 86400),
    hours: two(Math.floor(total / 3600) % 24),
    minutes: two(Math.floor(total / 60) % 60),
    seconds: two(total % 60),
    over: total === 0,
  };
}

/** Counts down to a moment, second by second, until it is over. `done` runs once at the end. */
export function useCountdown(until: () => string, done?: () => void): Ref<Left> {
  const shown = ref(left(Date.parse(until()), pageNow()));
  const timer = setInterval(() => {
    shown.value = left(Date.parse(until()), pageNow());
    if (shown.value.over) {
      clearInterval(timer);
      done?.();
    }
  }, 1000);
  onScopeDispose(() => clearInterval(timer));
  return shown;
}
