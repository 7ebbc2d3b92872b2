import { Check, CircleAlert, CircleCheck, Trash2 } from "lucide-react";
import { useEffect } from "react";
import { type Settings, settings } from "#/api/api";
import { Button } from "#/kit/Button";
import { ColorField } from "#/kit/ColorField";
import { Dropzone } from "#/kit/Drop";
import { Form, useForm } from "#/kit/form";
import { num } from "#/kit/format";
import { Group, GroupFoot, GroupPage } from "#/kit/Group";
import { jobQueue, useJobs } from "#/kit/jobs";
import { Meter } from "#/kit/Meter";
import { Tag } from "#/kit/Tag";
import { toast } from "#/kit/Toast";
import { TenantLogo } from "#/shell/Logo";
import { contrastWithWhite, leastContrast } from "./contrast";
import { change, readAgain } from "./query";
import { WithSettings } from "./With";
import { t } from "./words";

/** Logo and colour of the organisation. */
export function Appearance() {
  return (
    <WithSettings>
      {(s) => (
        <GroupPage>
          <Logo settings={s} />
          <Brand key={s.color} settings={s} />
        </GroupPage>
      )}
    </WithSettings>
  );
}

const scope = "settings/logo";

function Logo({ settings: s }: { settings: Settings }) {
  const jobs = useJobs(scope);
  // A new logo is seen at once: the line that says so has done its work.
  useEffect(() => {
    for (const j of jobs) if (j.state === "done") jobQueue.remove(j.id);
  }, [jobs]);
  const remove = () =>
    settings
      .delete_logo()
      .then(readAgain)
      .then(() => toast.done(t("logo_removed")))
      .catch((e) => toast.failed(e));
  return (
    <Group title={t("logo")} lead={t("logo_lead")}>
      <div className="mb-4 flex flex-wrap items-center gap-5">
        <span className="flex size-20 shrink-0 items-center justify-center rounded-xl border border-line bg-surface-2">
          {s.logo ? (
            <img src={s.logo} alt={t("logo_alt", { name: s.name })} className="max-h-16 max-w-16 object-contain" />
          ) : (
            <TenantLogo name={s.name} size={48} />
          )}
        </span>
        <div className="min-w-0 flex-1 basis-48">
          <div className="mb-1 text-xs font-medium">{t("logo_small")}</div>
          <div className="flex h-9 w-52 max-w-full items-center gap-2 rounded-md border border-line bg-bg px-2 font-semibold">
            <TenantLogo name={s.name} logo={s.logo} />
            <span className="truncate">{s.name}</span>
          </div>
          {!s.logo && <p className="mt-1 text-xs text-fg-3">{t("logo_none")}</p>}
        </div>
        {s.logo && (
          <Button onClick={() => void remove()}>
            <Trash2 size={13} /> {t("logo_remove")}
          </Button>
        )}
      </div>
      <Dropzone
        large
        multiple={false}
        scope={scope}
        limit={2 * 1024 * 1024}
        accept=".png,.jpg,.jpeg"
        hint={t("logo_hint")}
        send={(file, o) => settings.set_logo({ file, ...o })}
        done={() => {
          void readAgain();
          toast.done(t("logo_saved"));
        }}
      />
    </Group>
  );
}

const presets = ["#4650cf", "#0f5c4d", "#0369a1", "#7c3aed", "#be185d", "#b45309", "#334155"] as const;

function Brand({ settings: s }: { settings: Settings }) {
  const form = useForm({
    start: { color: s.color },
    send: (body) => change(s, body),
    done: () => toast.done(t("saved")),
  });
  const { color } = form.input;
  const contrast = color ? contrastWithWhite(color) : undefined;
  const good = contrast === undefined || contrast >= leastContrast;
  const ratio = num(Math.floor((contrast ?? 0) * 10) / 10);
  return (
    <Group title={t("color")} lead={t("color_lead", { name: s.name })}>
      <Form form={form}>
        <ColorField label={t("color")} presets={presets} {...form.field("color")} />
        <div aria-live="polite" className="min-h-5">
          {contrast === undefined ? (
            <p className="text-fg-3">{t("color_own")}</p>
          ) : (
            <p className={good ? "flex items-center gap-1.5 text-ok-text" : "flex items-center gap-1.5 text-bad-text"}>
              {good ? <CircleCheck size={14} aria-hidden /> : <CircleAlert size={14} aria-hidden />}
              {good ? t("color_good", { ratio }) : t("color_bad", { ratio })}
            </p>
          )}
        </div>
        <div>
          <div className="mb-1.5 text-xs font-medium">{t("preview")}</div>
          <div className="grid gap-3 sm:grid-cols-2">
            <Sample theme="light" name={t("preview_light")} color={color} />
            <Sample theme="dark" name={t("preview_dark")} color={color} />
          </div>
          <p className="mt-2 text-xs text-pretty text-fg-3">{t("color_keeps")}</p>
        </div>
        {(form.dirty || s.color) && (
          <GroupFoot>
            {color && (
              <Button variant="ghost" className="me-auto" onClick={() => form.set({ color: "" })}>
                {t("color_reset")}
              </Button>
            )}
            {form.dirty && (
              <>
                <Button variant="ghost" onClick={() => form.reset()}>
                  {t("discard")}
                </Button>
                <Button type="submit" variant="primary" pending={form.pending}>
                  {t("save")}
                </Button>
              </>
            )}
          </GroupFoot>
        )}
      </Form>
    </Group>
  );
}

/** A few pieces of the product in one theme, tinted with a colour that is not saved yet. Nothing in it can be used. */
function Sample({ theme, name, color }: { theme: "light" | "dark"; name: string; color: string }) {
  const brand: { [name: `--${string}`]: string } = color ? { "--brand": color } : {};
  return (
    <figure>
      <div
        aria-hidden
        data-theme={theme}
        data-brand={color ? "" : undefined}
        style={brand}
        className="rounded-lg border border-line bg-bg p-3 text-fg"
      >
        <div className="space-y-3 rounded-lg border border-line bg-surface p-3">
          <div className="flex items-center gap-2">
            <span className="flex size-4 items-center justify-center rounded-[4px] bg-accent text-accent-fg">
              <Check size={11} strokeWidth={3.5} />
            </span>
            <span className="truncate font-medium">{t("preview_title")}</span>
            <span className="ms-auto">
              <Tag tone="accent">{t("preview_tag")}</Tag>
            </span>
          </div>
          <div className="flex items-center gap-2 text-xs text-fg-3">
            <Meter value={32} max={50} tone="var(--accent)" /> {t("preview_done")}
          </div>
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="text-accent-text underline underline-offset-2">{t("preview_link")}</span>
            <span className="inline-flex h-7 items-center rounded-md bg-accent px-2.5 font-medium text-accent-fg">
              {t("preview_button")}
            </span>
          </div>
        </div>
      </div>
      <figcaption className="mt-1 text-xs text-fg-3">{name}</figcaption>
    </figure>
  );
}
