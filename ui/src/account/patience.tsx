import { useEffect, useState } from "react";
import { ApiError } from "#/api/call";
import { Button } from "#/kit/Button";
import { t } from "./words";

/** "45 s", "2:05 min". */
const clock = (s: number) => (s < 60 ? `${s} s` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min`);

/** Counts down after the server has asked to wait. `patient` wraps what is sent. */
export function usePatience() {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (until <= Date.now()) return;
    setNow(Date.now());
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [until]);
  const left = until > 0 ? Math.max(0, Math.ceil((until - Math.max(now, 0)) / 1000)) : 0;
  return {
    left,
    patient:
      <A extends unknown[], R>(send: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        try {
          return await send(...args);
        } catch (e) {
          if (e instanceof ApiError && e.after > 0) setUntil(Date.now() + e.after * 1000);
          throw e;
        }
      },
  };
}

/** The one button of a door. While the server wants nobody to try, it says for how long. */
export function Go({ label, pending, left = 0 }: { label: string; pending: boolean; left?: number }) {
  return (
    <Button type="submit" variant="primary" size="lg" className="tnum h-11 w-full" pending={pending} disabled={left > 0}>
      {left > 0 ? t("wait", { time: clock(left) }) : label}
    </Button>
  );
}
