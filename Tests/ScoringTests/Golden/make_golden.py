"""Writes sctk.json: the scores of NIST SCTK's sclite and sc_stats (Debian package sctk) for random sets.

Usage: make_golden.py OUT [SEED...]    (sclite and sc_stats on PATH, or in /usr/lib/sctk/bin)
"""
import json, os, random, re, subprocess, sys, tempfile

os.environ["PATH"] += ":/usr/lib/sctk/bin"
PHONES = "sil aa b d iy k n s t z".split()


def corrupt(rng, phones, rate):
    out = []
    for phone in phones:
        r = rng.random()
        if r < rate * 0.4: out.append(rng.choice(PHONES))
        elif r < rate * 0.7: pass
        elif r < rate: out += [phone, rng.choice(PHONES)]
        else: out.append(phone)
    return out


def run(folder, *command, stdin=None):
    done = subprocess.run(
        command, cwd=folder, input=stdin, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout


def paths(sgml):
    found = {}
    for name, body in re.findall(r'<PATH id="\(([^)]*)\)"[^>]*>\n(.*?)</PATH>', sgml, re.S):
        found[name] = "".join(re.findall(r'(?:^|:)([CSDI]),(?=(?:"[^"]*")?,)', body.strip()))
    return found


def write(folder, name, words, optional=False):
    with open(f"{folder}/{name}.trn", "w") as f:
        for key, phones in words.items():
            f.write(" ".join("(sil)" if optional and p == "sil" else p for p in phones) + f" ({key})\n")


def number(pattern, text):
    found = re.search(pattern, text)
    return None if found is None else float(found.group(1))


def one_set(seed, speakers, utterances, rate_a, rate_b):
    rng = random.Random(seed)
    ref, a, b = {}, {}, {}
    for s in range(speakers):
        for u in range(utterances):
            key = f"spk{s:02d}_u{u:02d}"
            ref[key] = [rng.choice(PHONES) for _ in range(rng.randint(4, 24))]
            a[key], b[key] = (corrupt(rng, ref[key], rate) for rate in (rate_a, rate_b))
    with tempfile.TemporaryDirectory() as d:
        write(d, "ref", ref); write(d, "refopt", ref, optional=True); write(d, "A", a); write(d, "B", b)
        ops, sgml = {}, {}
        for system in "AB":
            hypothesis = ["-h", f"{system}.trn", "trn", system, "-o", "sgml"]
            run(d, "sclite", "-i", "spu_id", "-s", "-r", "ref.trn", "trn", *hypothesis, "-n", system)
            run(d, "sclite", "-D", "-i", "spu_id", "-s", "-r", "refopt.trn", "trn", *hypothesis,
                "-n", f"{system}.opt")
            for name in (system, f"{system}.opt"): sgml[name] = open(f"{d}/{name}.sgml").read()
        for name, text in sgml.items(): ops[name] = paths(text)
        stats = {}
        for test in ("mapsswe", "mcn", "sign", "wilc"):
            run(d, "sc_stats", "-p", "-t", test, "-v", "-n", "out", stdin=sgml["A"] + sgml["B"])
            names = [n for n in os.listdir(d) if n.endswith("." + test)]
            stats[test] = open(f"{d}/{names[0]}", errors="replace").read() if names else ""
        if os.environ.get("SHOW"): print("\n".join(stats.values()), file=sys.stderr)
        m = stats["mapsswe"]
        table = re.search(r"corr\s+(\d+)\s+(\d+)\s*\n\s*incorr\s+(\d+)\s+(\d+)", stats["mcn"])
        result = {
            "seed": seed,
            "utterances": [
                {"utterance": k, "reference": " ".join(ref[k]), "A": " ".join(a[k]), "B": " ".join(b[k]),
                 "strictA": ops["A"][k], "strictB": ops["B"][k],
                 "forgivingA": ops["A.opt"][k], "forgivingB": ops["B.opt"][k]} for k in ref],
            "segments": int(number(r"# segs: (\d+)", m)), "mean": number(r"\(mean:\s*(-?[\d.]+)\)", m),
            "standardDeviation": number(r"std dev:\s*([\d.]+)\)", m),
            "z": number(r"Z Stat:\s*(-?[\d.]+)\)", m),
            "segmentErrors": [int(x) for x in re.search(r"Totals\s+(\d+)\s+(\d+)\s+(\d+)", m).groups()],
            "mcNemar": [int(x) for x in table.groups()] if table else None,
            "mcNemarP": number(r"occurr?ing is\s+([\d.]+)", stats["mcn"]),
            "signP": number(r"occurr?ing is\s+([\d.]+)", stats["sign"]),
            "signCounts": [int(x) for x in re.findall(r"= N\([+0-]\) =\s*(\d+)", stats["sign"])],
            "wilcoxonZ": number(r"Z statistic =\s*(-?[\d.]+)", stats["wilc"]),
            "rankSums": [float(x) for x in re.findall(r"ranks =\s*([\d.]+)", stats["wilc"])],
        }
    return result


RECIPES = [(8, 6, 0.12, 0.2), (10, 5, 0.3, 0.3), (9, 4, 0.5, 0.4), (12, 3, 0.06, 0.1), (8, 4, 0.9, 0.8)]
seeds = [int(seed) for seed in sys.argv[2:]] or [11, 12, 13, 14, 15]
sets = [one_set(seed, *RECIPES[(seed - 11) % len(RECIPES)]) for seed in seeds]
json.dump({"sets": sets}, open(sys.argv[1], "w"), indent=0)
