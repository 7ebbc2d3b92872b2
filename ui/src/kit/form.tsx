import clsx from "clsx";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ApiError } from "#/api/call";
import { cache } from "./cache";
import { useEvent } from "./hooks";
import { sentence } from "./State";

type Options<In extends object, Out> = {
  start: In;
  send: (input: In) => Promise<Out>;
  done?: (out: Out, input: In) => void;
  /** What to read again afterwards: `[["control"]]`. */
  refresh?: readonly (readonly unknown[])[];
};

/** What is wrong with each field, and what is wrong with the whole. */
type Errors = { fields: Readonly<Record<string, string>>; whole: string };
const none: Errors = { fields: {}, whole: "" };

export type FormState<In extends object> = {
  input: In;
  set: (change: Partial<In>) => void;
  /** `<TextField label="Title" {...form.field("title")} />` */
  field: <K extends keyof In & string>(name: K) => { name: K; value: In[K]; onChange: (value: In[K]) => void; error: string | undefined };
  submit: () => Promise<void>;
  reset: (input?: In) => void;
  pending: boolean;
  dirty: boolean;
  errors: Errors;
  /** Names of the fields on screen: errors of other fields are shown above the form. */
  known: ReadonlySet<string>;
};

/** The state of one form: what is typed, what the server found wrong with it, and sending it. */
export function useForm<In extends object, Out>({ start, send, done, refresh = [] }: Options<In, Out>): FormState<In> {
  const [first, setFirst] = useState(start);
  const [input, setInput] = useState(start);
  const [errors, setErrors] = useState(none);
  const [pending, setPending] = useState(false);
  const known = useRef(new Set<string>());
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  const submit = useEvent(async () => {
    if (pending) return;
    setPending(true);
    setErrors(none);
    try {
      const out = await send(input);
      await Promise.all(refresh.map((queryKey) => cache.invalidateQueries({ queryKey })));
      if (alive.current) setFirst(input);
      done?.(out, input);
    } catch (e) {
      if (alive.current) setErrors(e instanceof ApiError ? { fields: e.fields, whole: e.message } : { fields: {}, whole: sentence(e) });
    } finally {
      if (alive.current) setPending(false);
    }
  });

  const set = (change: Partial<In>) => {
    setInput((now) => ({ ...now, ...change }));
    setErrors((now) => {
      const fields = Object.fromEntries(Object.entries(now.fields).filter(([name]) => !(name in change)));
      return Object.keys(fields).length === Object.keys(now.fields).length
        ? now
        : { fields, whole: Object.keys(fields).length > 0 ? now.whole : "" };
    });
  };
  return {
    input,
    set,
    field: (name) => {
      known.current.add(name);
      const change: Partial<In> = {};
      return {
        name,
        value: input[name],
        error: errors.fields[name],
        onChange: (value) => {
          change[name] = value;
          set(change);
        },
      };
    },
    submit,
    reset: (to = first) => {
      setFirst(to);
      setInput(to);
      setErrors(none);
    },
    pending,
    dirty: JSON.stringify(input) !== JSON.stringify(first),
    errors,
    known: known.current,
  };
}

/** The form around the fields. After a refusal the first wrong field has the focus; what belongs to no field stands above. */
export function Form<In extends object>({ form, children, className }: { form: FormState<In>; children: ReactNode; className?: string }) {
  const ref = useRef<HTMLFormElement>(null);
  const { errors } = form;
  useEffect(() => {
    if (errors === none || (!errors.whole && Object.keys(errors.fields).length === 0)) return;
    ref.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);
  const elsewhere = Object.entries(errors.fields).filter(([name]) => !form.known.has(name));
  const shown = Object.keys(errors.fields).some((name) => form.known.has(name));
  return (
    <form
      ref={ref}
      noValidate
      className={clsx("space-y-4", className)}
      onSubmit={(e) => {
        e.preventDefault();
        e.stopPropagation();
        void form.submit();
      }}
    >
      {(errors.whole || elsewhere.length > 0) && (
        <div
          role="alert"
          className={clsx(
            "flex gap-2.5 rounded-lg border border-bad/30 bg-bad-soft px-3 py-2 text-bad-text",
            shown && elsewhere.length === 0 && "sr-only",
          )}
        >
          <CircleAlert size={15} className="mt-0.5 shrink-0" />
          <div>
            {errors.whole}
            {elsewhere.map(([name, message]) => (
              <p key={name}>
                {name}: {message}
              </p>
            ))}
          </div>
        </div>
      )}
      {children}
    </form>
  );
}
