#!/usr/bin/env python3
"""Checks an auditor package with nothing but Python's own library, and says what is wrong with it.

    check_package.py PACKAGE.zip [VERIFIER]

VERIFIER is the organisation's public key as its page Audit log shows it. Without it the key in the package is
used: then the signature shows that the package is whole, not who made it.
"""
import base64, csv, hashlib, io, json, sys, zipfile

problems = []


def wrong(what):
    problems.append(what)


# Ed25519 as RFC 8032 has it, for checking one signature: slow and short.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT % P
    if (x * x - xx) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point(b):
    n = int.from_bytes(b, "little")
    y, sign = n & (1 << 255) - 1, n >> 255
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def plus(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, l = f - e, h - g, h + g, f + e
    return (i * j % P, k * l % P, j * k % P, i * l % P)


def times(n, a):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = plus(out, a)
        a, n = plus(a, a), n >> 1
    return out


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public, message, signature):
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), plus(r, times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def opened(note, verifier):
    """The text of a signed note, if the verifier's key has signed it."""
    name, number, key = verifier.split("+", 2)
    raw = base64.b64decode(key)
    if raw[0] != 1 or hashlib.sha256((name + "\n").encode() + raw).digest()[:4].hex() != number:
        wrong("the verifier is not a key for Ed25519 signatures")
        return None
    text, _, lines = note.partition("\n\n")
    text += "\n"
    for line in lines.splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[0] == "\u2014" and parts[1] == name:
            sig = base64.b64decode(parts[2])
            if sig[:4].hex() == number and signed(raw[1:], text.encode(), sig[4:]):
                return text
    wrong("the checkpoint is not signed by this key")
    return None


def led(record, seq, proof, size):
    """The root to which a record and its proof lead, or None when the proof does not fit (RFC 9162, 2.1.3.2)."""
    h, at, last = hashlib.sha256(b"\0" + record).digest(), seq, size - 1
    for step in proof:
        b = base64.b64decode(step)
        if last == 0:
            return None
        if at & 1 or at == last:
            h = hashlib.sha256(b"\1" + b + h).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            h = hashlib.sha256(b"\1" + h + b).digest()
        at, last = at >> 1, last >> 1
    return h if last == 0 else None


def check(path, verifier):
    z = zipfile.ZipFile(path)
    names = z.namelist()
    for n in names:
        if names.count(n) > 1:
            wrong(f"{n} is there twice")
        if n.startswith("/") or ".." in n.split("/") or "\\" in n:
            wrong(f"{n} leads out of the package")
    for n in ("index.csv", "population.csv", "README.txt", "hashes.txt", "proof.json", "checkpoint.txt", "manifest.json"):
        if n not in names:
            wrong(f"{n} is missing")
    if problems:
        return
    read = z.read
    hashes = {}
    for line in read("hashes.txt").decode().splitlines():
        sum_, _, name = line.partition("  ")
        hashes[name] = sum_
    for name, want in hashes.items():
        if name not in names:
            wrong(f"{name} is missing")
        elif hashlib.sha256(read(name)).hexdigest() != want:
            wrong(f"{name} is not what it was")
    apart = {"hashes.txt", "proof.json", "checkpoint.txt", "manifest.json"}
    for name in set(names) - set(hashes) - apart:
        wrong(f"{name} was added")
    if problems:
        return

    manifest = json.loads(read("manifest.json"))
    digest = hashlib.sha256(read("hashes.txt")).hexdigest()
    if manifest["hashes"] != digest:
        wrong("manifest.json names another hashes.txt")
    if {e["path"]: e["sha256"] for e in manifest["entries"]} != hashes:
        wrong("manifest.json lists other files than hashes.txt")

    rows = lambda name: list(csv.DictReader(io.StringIO(read(name).decode("utf-8-sig"))))
    index = rows("index.csv")
    if not index:
        wrong("index.csv is empty")
    named = set()
    for r in index:
        if r["path"]:
            named.add(r["path"])
            if hashes.get(r["path"]) != r["sha256"]:
                wrong(f"index.csv gives another SHA-256 for {r['path']}")
            if not all(r[k] for k in ("requirement", "control", "evidence", "collected_on", "uploaded_at", "status")):
                wrong(f"index.csv says too little of {r['path']}")
    if named != {n for n in hashes if n.startswith("files/")}:
        wrong("index.csv does not name every file")

    choice = manifest["choice"]
    requests = {}
    for r in rows("population.csv"):
        requests.setdefault(r["evidence_id"], []).append(r)
    drawn = 0
    for of in requests.values():
        lot = lambda r: hashlib.sha256((choice["seed"] + "\n" + r["file_id"]).encode()).hexdigest()
        n = choice["sample"] or len(of)
        want = {r["file_id"] for r in sorted(of, key=lot)[:n]}
        if want != {r["file_id"] for r in of if r["drawn"] == "yes"}:
            wrong(f"the sample of {of[0]['evidence']} was not drawn with the seed")
        drawn += len(want)
    if drawn != manifest["files"] or drawn - manifest["missing"] != len(named):
        wrong("the number of files is not the number of those drawn")

    proof = json.loads(read("proof.json"))
    note = read("checkpoint.txt").decode()
    if note != proof["checkpoint"] or note != manifest["checkpoint"]:
        wrong("there are different checkpoints in it")
    if verifier and verifier != manifest["verifier"]:
        wrong("it was signed with another key than the organisation's")
    record = json.loads(proof["record"])
    if digest not in json.dumps(record):
        wrong("the log's record is about another package")
    text = opened(note, verifier or manifest["verifier"])
    if text is not None:
        _, size, root = text.splitlines()[:3]
        if led(proof["record"].encode(), proof["seq"], proof.get("proof") or [], int(size)) != base64.b64decode(root):
            wrong("the log's record is not in the log that was signed")
    print(f"{len(named)} files, {len(index)} lines, sample of {choice['sample'] or 'all'}, record {manifest['record']}")


if __name__ == "__main__":
    try:
        check(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, IndexError) as e:
        wrong(f"it cannot be read: {e!r}")
    for p in problems:
        print("WRONG:", p)
    sys.exit(1 if problems else 0)
