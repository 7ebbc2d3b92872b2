import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookCheck } from "lucide-react";
import { type MyPolicy, type MyVersion, policy } from "#/api/api";
import { Button } from "#/kit/Button";
import { TextField } from "#/kit/Field";
import { Form, useForm } from "#/kit/form";
import { Scroll } from "#/kit/Scroll";
import { ErrorState, Note, Skeleton } from "#/kit/State";
import { StatusIcon } from "#/kit/Status";
import { toast } from "#/kit/Toast";
import { DateText } from "#/kit/When";
import { Page, Topbar } from "#/shell/Topbar";
import { Decide } from "./Approval";
import { Words } from "./Document";
import { mineQuery, readingQuery, refreshAll } from "./data";
import { t } from "./words";

const route = getRouteApi("/o/$slug/my-policies/$id");

/** A policy that one is asked to read: its words, and below them where one signs or decides. */
export function Reading() {
  const { slug, id } = route.useParams();
  const { data: v, error, refetch } = useQuery(readingQuery(id));
  const mine = useQuery(mineQuery).data;
  const go = route.useNavigate();
  const asked = mine?.acknowledge.find((p) => p.version_id === id && !p.acknowledged_at);
  const said = mine?.acknowledge.find((p) => p.version_id === id && p.acknowledged_at);
  const decides = mine?.approve.some((p) => p.version_id === id);
  const back = () => void go({ to: "/o/$slug/my-policies", params: { slug } });
  return (
    <Page>
      <Topbar
        title={v ? v.title : t("my_policies")}
        icon={<BookCheck />}
        parent={
          <Link to="/o/$slug/my-policies" params={{ slug }}>
            {t("my_policies")}
          </Link>
        }
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !v || !mine ? (
        <Skeleton className="p-6" lines={8} />
      ) : (
        <Scroll label={v.title} className="min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto w-full max-w-[720px] px-5 py-8 sm:px-8">
            <p className="tnum text-xs text-fg-3">
              {v.ref} · {t("version_n", { v: v.number })}
            </p>
            <h2 className="mt-1 mb-6 text-2xl font-semibold tracking-[-0.022em] text-balance">{v.title}</h2>
            {v.change_summary && (
              <Note className="mb-6" icon={<StatusIcon s="pending" />}>
                {t("what_changed", { what: v.change_summary })}
              </Note>
            )}
            <div className={v.name && v.type === "application/pdf" ? "h-[75vh]" : ""}>
              <Words v={v} href={(inline) => policy.my_document({ id: v.id, inline })} />
            </div>
            <div className="mt-10 border-t border-line pt-6 pb-12">
              {said && (
                <Note tone="ok" icon={<StatusIcon s="accepted" />}>
                  {t.rich("signed_on", { when: <DateText value={said.acknowledged_at} show="full" /> })}
                </Note>
              )}
              {asked && <Sign v={v} asked={asked} name={mine.name} done={back} />}
              {decides && (
                <div className="mt-4 space-y-3">
                  <p className="text-pretty text-fg-2">{t("decide_more")}</p>
                  <div className="flex gap-2">
                    <Decide v={v} done={back} />
                  </div>
                </div>
              )}
            </div>
          </div>
        </Scroll>
      )}
    </Page>
  );
}

/** Says that one has read it: with one's own name, which cannot be taken back. */
function Sign({ v, asked, name, done }: { v: MyVersion; asked: MyPolicy; name: string; done: () => void }) {
  const form = useForm({
    start: { name: "" },
    send: (body) => policy.acknowledge({ id: asked.request, body: { ...body, digest: v.digest } }),
    done: (out) => {
      toast.saved(t("signed_said", { ref: out.ref }), out);
      void refreshAll();
      done();
    },
  });
  return (
    <div className="rounded-lg border border-line bg-surface-2 p-5">
      <h3 className="text-base font-semibold">{t("sign_title")}</h3>
      <p className="mt-1 mb-4 text-pretty text-fg-2">{t("sign_more", { v: v.number })}</p>
      <Form form={form}>
        <TextField
          label={t("sign_name")}
          hint={t("sign_hint", { name })}
          required
          maxLength={200}
          autoComplete="off"
          className="max-w-96"
          {...form.field("name")}
        />
        <Button type="submit" variant="primary" size="lg" disabled={form.input.name.trim() === ""} pending={form.pending}>
          {t("sign")}
        </Button>
      </Form>
    </div>
  );
}
