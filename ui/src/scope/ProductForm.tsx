import { queryOptions, useQuery } from "@tanstack/react-query";
import { framework, type Product, scope } from "#/api/api";
import { Button } from "#/kit/Button";
import { CheckField } from "#/kit/Checkbox";
import { Dialog, DialogActions } from "#/kit/Dialog";
import { TextArea, TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Skeleton } from "#/kit/State";
import { toast } from "#/kit/Toast";
import { refreshAll } from "./ProductList";
import { t } from "./words";

const frameworksQuery = queryOptions({ queryKey: ["framework", "list"], queryFn: () => framework.list(), staleTime: 30_000 });

type Props = { /** What is edited; a new one without. */ product?: Product; open: boolean; onOpenChange: (open: boolean) => void };

/** The dialog for a product: its name, what it is, and which frameworks it answers to. */
export function ProductForm({ product, open, onOpenChange }: Props) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={product ? t("edit_title", { name: product.name }) : t("new")}
      description={product ? undefined : t("new_more")}
      width={520}
    >
      {open && <Body key={product?.id} product={product} close={() => onOpenChange(false)} />}
    </Dialog>
  );
}

type Input = { name: string; description: string; frameworks: string[] };
function Body({ product, close }: { product: Product | undefined; close: () => void }) {
  const frameworks = useQuery(frameworksQuery).data?.items;
  const start: Input = product
    ? { name: product.name, description: product.description, frameworks: product.frameworks.map((f) => f.id) }
    : { name: "", description: "", frameworks: [] };
  const form = useForm({
    start,
    send: (body) => (product ? scope.update({ id: product.id, version: product.version, body }) : scope.create({ body })),
    done: (out) => {
      toast.saved(t(product ? "saved" : "created", { name: out.name }), out);
      void refreshAll();
      close();
    },
  });
  const chosen = form.field("frameworks");
  return (
    <Form form={form}>
      <TextField label={t("name")} maxLength={100} required autoComplete="off" {...form.field("name")} />
      <TextArea label={t("description")} optional maxLength={4000} hint={t("description_hint")} {...form.field("description")} />
      <fieldset>
        <legend className="mb-1 text-xs font-medium">{t("answers")}</legend>
        <p className="mb-2 text-xs text-fg-3">{t("answers_hint")}</p>
        {!frameworks ? (
          <Skeleton lines={3} />
        ) : frameworks.length === 0 ? (
          <p className="text-fg-3">{t("frameworks_none")}</p>
        ) : (
          <div className="max-h-56 space-y-1 overflow-y-auto rounded-md border border-line p-3">
            {frameworks.map((f) => (
              <CheckField
                key={f.id}
                label={f.short}
                hint={f.name === f.short ? undefined : f.name}
                checked={chosen.value.includes(f.id)}
                onChange={(on) => chosen.onChange(on ? [...chosen.value, f.id] : chosen.value.filter((id) => id !== f.id))}
              />
            ))}
          </div>
        )}
        {chosen.error && <p className="mt-1 text-xs text-bad-text">{chosen.error}</p>}
      </fieldset>
      <DialogActions>
        <Button onClick={close}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" pending={form.pending} disabled={product && !form.dirty}>
          {product ? t("save") : t("create")}
        </Button>
      </DialogActions>
    </Form>
  );
}
