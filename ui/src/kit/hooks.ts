import { type RefObject, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";

/** The value, once it has rested for a while. */
export function useDebounced<T>(value: T, ms: number): T {
  const [rested, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (tell) => {
      const m = matchMedia(query);
      m.addEventListener("change", tell);
      return () => m.removeEventListener("change", tell);
    },
    () => matchMedia(query).matches,
  );
}

/** State that this browser remembers. For what a person likes (density, columns), never for records. */
export function useStored<T>(key: string, start: T) {
  const name = `assay.${key}`;
  const [value, set] = useState<T>(() => stored(name, start));
  useEffect(() => {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: the choice lasts for the page.
    }
  }, [name, value]);
  return [value, set] as const;
}

function stored<T>(name: string, start: T): T {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") ?? start;
  } catch {
    return start;
  }
}

/** The inner width of an element, known before the first paint, in steps, so that a drag does not render at every pixel. */
export function useWidth<E extends HTMLElement>(start = 0, step = 1): readonly [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, set] = useState(start);
  useLayoutEffect(() => {
    const el = ref.current;
    if (!el) return;
    const measure = (w: number) => set(Math.floor(w / step) * step);
    measure(el.clientWidth);
    const ro = new ResizeObserver(([e]) => e && measure(e.contentRect.width));
    ro.observe(el);
    return () => ro.disconnect();
  }, [step]);
  return [ref, width];
}

/** True while the browser has a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (tell) => {
      addEventListener("online", tell);
      addEventListener("offline", tell);
      return () => {
        removeEventListener("online", tell);
        removeEventListener("offline", tell);
      };
    },
    () => navigator.onLine,
  );
}

/** A function whose identity never changes and which always sees the latest values. Only for events, never while rendering. */
export function useEvent<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
  const latest = useRef(fn);
  useLayoutEffect(() => {
    latest.current = fn;
  });
  const [stable] = useState(
    () =>
      (...args: A) =>
        latest.current(...args),
  );
  return stable;
}
