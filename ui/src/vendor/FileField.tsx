import { useState } from "react";
import { type Attachment, attachment, type VendorDetail } from "#/api/api";
import { refresh } from "#/kit/about/data";
import { Dropzone } from "#/kit/Drop";
import { Select } from "#/kit/Field";
import { vendors } from "./fields";
import { t } from "./words";

type FileFieldProps = { v: VendorDetail; value: string; error: string | undefined; onChange: (id: string) => void };

/** One of the vendor's files, or a new one that is dropped here. */
export function FileField({ v, value, error, onChange }: FileFieldProps) {
  const [fresh, setFresh] = useState<readonly Attachment[]>([]);
  const all = [...fresh, ...v.files.filter((f) => fresh.every((n) => n.id !== f.id))];
  return (
    <div className="space-y-2">
      {all.length > 0 && (
        <Select
          label={t("file")}
          optional
          placeholder={t("file_choose")}
          options={[{ value: "", label: t("file_choose") }, ...all.map((f) => ({ value: f.id, label: f.name }))].slice(value ? 0 : 1)}
          value={value}
          error={error}
          onChange={onChange}
        />
      )}
      <Dropzone
        scope={`vendor/${v.id}/choose`}
        multiple={false}
        send={(file, o) => attachment.upload({ kind: "vendor", id: v.id, file, ...o })}
        done={(out) => {
          setFresh((now) => [out, ...now]);
          onChange(out.id);
          void refresh("attachment");
          void vendors.refreshAll();
        }}
        hint={t("file_expect")}
      />
    </div>
  );
}
