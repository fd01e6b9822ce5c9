"""Kelurahan and kecamatan to Kemendagri codes (rule book A9 and part D). Offline, from the data of the package lokal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lokal import wilayah
from rapidfuzz import fuzz

from bridge.sheets.rules import ImportRules
from bridge.sheets.text import fold, words

_REGENCY = len("18.72")
_DISTRICT = len("18.72.01")
_SHORTEST_BEGINNING = 5
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Region:
    kelurahan: str | None = None
    kecamatan: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RegionIndex:
    """Folded name -> codes, and the names of each regency's districts and villages."""

    villages: Mapping[str, Sequence[str]]
    districts: Mapping[str, Sequence[str]]
    regencies: Mapping[str, str]
    names: Mapping[str, str]

    def within(self, regency: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Names of the districts and of the villages of one regency, by code."""
        return _within(self, regency)


@lru_cache(maxsize=1)
def region_index() -> RegionIndex:
    """Built once: a quarter of a second and some 40 MB."""
    villages: dict[str, list[str]] = {}
    districts: dict[str, list[str]] = {}
    regencies: dict[str, str] = {}
    names: dict[str, str] = dict(wilayah._region_names())
    for code, name in names.items():
        if len(code) > _DISTRICT:
            villages.setdefault(fold(name), []).append(code)
        elif len(code) == _DISTRICT:
            districts.setdefault(fold(name), []).append(code)
        elif len(code) == _REGENCY:
            regencies[fold(name)] = code
    return RegionIndex(villages, districts, regencies, names)


@lru_cache(maxsize=64)
def _within(index: RegionIndex, regency: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    districts: dict[str, str] = {}
    villages: dict[str, str] = {}
    inside = f"{regency}."
    for code, name in index.names.items():
        if code.startswith(inside):
            (districts if len(code) == _DISTRICT else villages)[code] = name
    return districts, villages


def guess_regency(places: Iterable[tuple[str, str]], titles: Iterable[str], rules: ImportRules) -> str | None:
    """The city or regency that a sheet is about: named in a title, else the one that explains most of its places."""
    index = region_index()
    for title in titles:
        if (named := _named_regency(title, index)) is not None:
            return named
    votes: Counter[str] = Counter()
    for kelurahan, kecamatan in set(places):
        votes.update(_votes(_key(kelurahan, "kelurahan", rules), _key(kecamatan, "kecamatan", rules), index))
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _named_regency(title: str, index: RegionIndex) -> str | None:
    said = words(title[:200]).split()
    for start, word in enumerate(said):
        if word not in {"kota", "kabupaten", "kab"}:
            continue
        kind = "kota" if word == "kota" else "kabupaten"
        for length in (3, 2, 1):
            if code := index.regencies.get(kind + "".join(said[start + 1 : start + 1 + length])):
                return code
    return None


def _votes(kelurahan: str, kecamatan: str, index: RegionIndex) -> dict[str, int]:
    """Two points for a district that holds the village, one for either alone."""
    votes: dict[str, int] = defaultdict(int)
    districts = set(index.districts.get(kecamatan, ()))
    for code in districts:
        votes[code[:_REGENCY]] = max(votes[code[:_REGENCY]], 1)
    for code in index.villages.get(kelurahan, ()):
        points = 2 if code[:_DISTRICT] in districts else 1
        votes[code[:_REGENCY]] = max(votes[code[:_REGENCY]], points)
    return votes


def resolve_region(kelurahan: str, kecamatan: str, regency: str | None, rules: ImportRules) -> Region:
    """Codes of the place. The kelurahan wins where the two contradict each other; what nothing fits stays without a code."""
    return _resolve(kelurahan[:_LONGEST], kecamatan[:_LONGEST], regency, rules)


@lru_cache(maxsize=4096)
def _resolve(kelurahan: str, kecamatan: str, regency: str | None, rules: ImportRules) -> Region:
    index = region_index()
    village_key, district_key = _key(kelurahan, "kelurahan", rules), _key(kecamatan, "kecamatan", rules)
    exact = _exact(village_key, district_key, regency, index)
    if exact is not None:
        return exact
    if regency is None:
        return Region()
    districts, villages = index.within(regency)
    district = _match(kecamatan, "kecamatan", districts, rules)
    equal = [code for code, name in villages.items() if fold(name) == village_key]
    village = equal[0] if len(equal) == 1 else None
    for names in (_inside(villages, district), villages):
        village = village or _match(kelurahan, "kelurahan", names, rules)
    return _region(village) if village else Region(None, district)


def _exact(village: str, district: str, regency: str | None, index: RegionIndex) -> Region | None:
    """A village inside its district by exact names, wherever in the country, where there is one such pair."""
    districts = set(index.districts.get(district, ()))
    pairs = [code for code in index.villages.get(village, ()) if code[:_DISTRICT] in districts]
    if regency is not None:
        pairs = [code for code in pairs if code.startswith(regency)] or pairs
    return _region(pairs[0]) if len(pairs) == 1 else None


def _region(village: str) -> Region:
    return Region(village, village[:_DISTRICT])


def _inside(villages: Mapping[str, str], district: str | None) -> Mapping[str, str]:
    if district is None:
        return {}
    return {code: name for code, name in villages.items() if code.startswith(f"{district}.")}


def _key(text: str, level: str, rules: ImportRules) -> str:
    return fold("".join(_tokens(text, level, rules)))


@lru_cache(maxsize=8192)
def _tokens(text: str, level: str, rules: ImportRules) -> tuple[str, ...]:
    """Words of a cell without "Kel."/"Kec." and with shortened directions written out."""
    said = words(text).split()
    drop = getattr(rules.regions.words, level)
    while len(said) > 1 and said[0] in drop:
        said = said[1:]
    return tuple(rules.regions.short.get(word, word) for word in said)


def _match(text: str, level: str, names: Mapping[str, str], rules: ImportRules) -> str | None:
    """The one name that fits: equal, shortened ("M. Pusat"), its beginning, or a small typing error."""
    tokens = _tokens(text, level, rules)
    key = fold("".join(tokens))
    if not key or not names:
        return None
    tests = (
        [code for code, name in names.items() if fold(name) == key],
        [code for code, name in names.items() if _shortened(tokens, name)],
        [code for code, name in names.items() if len(key) >= _SHORTEST_BEGINNING and fold(name).startswith(key)],
    )
    for found in tests:
        if found:
            return found[0] if len(found) == 1 else None
    return _alike(key, names, rules)


def _shortened(tokens: tuple[str, ...], name: str) -> bool:
    full = words(name).split()
    return len(tokens) == len(full) > 1 and all(
        long.startswith(short) for short, long in zip(tokens, full, strict=True)
    )


def _alike(key: str, names: Mapping[str, str], rules: ImportRules) -> str | None:
    scored = sorted(((fuzz.ratio(key, fold(name)), code) for code, name in names.items()), reverse=True)
    matching = rules.regions.matching
    (best, code), second = scored[0], scored[1][0] if len(scored) > 1 else 0.0
    return code if best >= matching.likeness and best - second >= matching.lead else None
