import { useId } from "react";
import { useSession } from "#/shell/session";
import { Button } from "../Button";
import { CheckField } from "../Checkbox";
import { Dialog, DialogActions } from "../Dialog";
import { DateField, NumberField, Select, TextArea, TextField } from "../Field";
import { Form, type FormState, useForm } from "../form";
import { OwnerField } from "../OwnerField";
import { toast } from "../Toast";
import type { Filterable, Words } from "./address";
import type { RegisterOf } from "./define";
import { type Field, type Row, settable, type Who } from "./fields";
import { useSuggestions } from "./props";
import { t } from "./words";

type FormProps<T extends Row, D extends T, F extends Filterable> = {
  of: RegisterOf<T, D, F>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  created: (id: string) => void;
};

/** The dialog for a new record: the few fields that are asked for at first. */
export function FieldForm<T extends Row, D extends T, F extends Filterable>({ of, open, onOpenChange, created }: FormProps<T, D, F>) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={of.words.add} description={of.words.add_more}>
      {open && <Body of={of} close={() => onOpenChange(false)} created={created} />}
    </Dialog>
  );
}

type BodyProps<T extends Row, D extends T, F extends Filterable> = {
  of: RegisterOf<T, D, F>;
  close: () => void;
  created: (id: string) => void;
};
function Body<T extends Row, D extends T, F extends Filterable>({ of, close, created }: BodyProps<T, D, F>) {
  const who = useSession();
  const asked = of.fields.filter((f) => f.form || f.kind === "title");
  const form = useForm<Words, D>({
    start: Object.fromEntries(asked.map((f) => [f.name, f.kind === "flag" ? false : f.kind === "number" ? null : ""])),
    // What nobody filled in is left out: the server knows what it is then.
    send: (input) => of.create(Object.fromEntries(Object.entries(input).filter(([, v]) => v !== "" && v !== null))),
    done: (out) => {
      toast.saved(of.words.created(of.nameOf(out)), out);
      void of.refreshAll();
      created(out.id);
    },
  });
  return (
    <Form form={form}>
      {asked.map((f) => (
        <Asked key={f.name} kind={of.kind} f={f} form={form} who={who} />
      ))}
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending}>
          {of.words.create}
        </Button>
      </DialogActions>
    </Form>
  );
}

function Asked<T>({ kind, f, form, who }: { kind: string; f: Field<T>; form: FormState<Words>; who: Who }) {
  const suggest = useSuggestions(kind, f);
  const list = useId();
  const bound = form.field(f.name);
  const text = { ...bound, value: String(bound.value ?? "") };
  const must = f.form === "required" || f.kind === "title";
  const look = { label: f.label, required: must, optional: !must };
  switch (f.kind) {
    case "title":
      return <TextField {...look} hint={f.hint} maxLength={f.max ?? 300} {...text} />;
    case "choice": {
      const open = { value: "", label: f.empty ?? t("choose"), disabled: must };
      return <Select {...look} options={[open, ...settable(f.choices, who).map(({ value, label }) => ({ value, label }))]} {...text} />;
    }
    case "person":
      return <OwnerField label={f.label} nobody={f.empty ?? t("nobody")} {...text} />;
    case "date":
      return <DateField {...look} {...text} />;
    case "long":
      return <TextArea {...look} maxLength={f.max ?? 20000} {...text} />;
    case "number":
      return <NumberField {...look} {...bound} value={typeof bound.value === "number" ? bound.value : null} />;
    case "flag":
      return <CheckField label={f.label} checked={bound.value === true} onChange={(on) => bound.onChange(on)} />;
    case "link":
      return <TextField {...look} type="url" maxLength={f.max ?? 2000} {...text} />;
    case "text":
      return (
        <>
          <TextField {...look} maxLength={f.max} list={suggest && list} autoComplete="off" {...text} />
          {suggest && (
            <datalist id={list}>
              {suggest.map((s) => (
                <option key={s} value={s} />
              ))}
            </datalist>
          )}
        </>
      );
  }
  return null; // many, record and own are said in the record that opens
}
