const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of bytes) c = (table[(c ^ b) & 0xff] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** The fields of one header, little-endian: [size in bytes, value]. */
function header(...fields: readonly (readonly [2 | 4, number])[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(fields.reduce((n, [size]) => n + size, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return out;
}

/**
 * Puts files into one ZIP file without compressing them: a profile travels with the catalogs it selects from.
 * Names lose their folders; two of one name would hide each other, so the second is numbered.
 */
export async function zip(files: readonly File[], name: string): Promise<File> {
  const parts: BlobPart[] = [];
  const directory: BlobPart[] = [];
  const taken = new Set<string>();
  let offset = 0;
  let length = 0;
  for (const f of files) {
    let called = f.name.split(/[\\/]/).at(-1) ?? f.name;
    for (let n = 2; taken.has(called); n++) called = `${n}-${f.name}`;
    taken.add(called);
    const path = new TextEncoder().encode(called);
    const body = new Uint8Array(await f.arrayBuffer());
    // Version 2.0, names in UTF-8, stored as they are, 1 January 1980.
    const shared = [
      [2, 20],
      [2, 0x800],
      [2, 0],
      [2, 0],
      [2, 0x21],
      [4, crc32(body)],
      [4, body.length],
      [4, body.length],
      [2, path.length],
      [2, 0],
    ] as const;
    const local = header([4, 0x04034b50], ...shared);
    const entry = header([4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    parts.push(local, path, body);
    directory.push(entry, path);
    offset += local.length + path.length + body.length;
    length += entry.length + path.length;
  }
  const end = header([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, length], [4, offset], [2, 0]);
  return new File([...parts, ...directory, end], name, { type: "application/zip" });
}
