"""claim and quote → comparable proper names: "Kutai Timur" = "East Kutai". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from qa.numerals import numbers_in
from qa.question import STOP_WORDS
from qa.spelling import one_slip

_REMEMBERED = 2048

# One form for words that are part of names in both languages.
_SAME: dict[str, str] = {}
for _form, _variants in {
    "timur": "east eastern", "barat": "west western", "utara": "north northern", "selatan": "south southern",
    "tengah": "central", "kabupaten": "regency district kab", "kota": "city", "desa": "village", "kecamatan": "subdistrict",
    "provinsi": "province", "jawa": "java", "kalimantan": "borneo", "dinas": "office agency department service",
    "pemerintah": "government", "indonesia": "indonesian", "universitas": "university", "daerah": "region regional",
    "perdagangan": "trade", "perindustrian": "industry industrial industri", "pariwisata": "tourism", "kebudayaan": "culture cultural",
    "koperasi": "cooperative cooperatives", "kehutanan": "forestry forest", "perikanan": "fisheries fishery", "perhubungan": "transport",
    "pekerjaan": "works", "peternakan": "livestock", "perkebunan": "plantation estate", "kebersihan": "sanitation", "pertanahan": "land", "pendidikan": "education", "pertanian": "agriculture agricultural", "kesehatan": "health",
    "sosial": "social", "lingkungan": "environment environmental", "keuangan": "finance financial", "tenaga": "manpower labour labor",
    "kementerian": "ministry", "menteri": "minister", "bupati": "regent", "walikota": "mayor", "dewan": "council board", "badan": "body",
    "bank": "banks", "yayasan": "foundation", "asosiasi": "association", "paguyuban": "guild", "kelompok": "group groups",
    "usaha": "enterprise enterprises business businesses", "mikro": "micro", "kecil": "small", "menengah": "medium", "umkm": "msmes msme smes sme ukm ikm",
    "pusat": "centre center", "sungai": "river", "gunung": "mount mountain", "pulau": "island", "laut": "sea", "pasar": "market",
    "januari": "january", "februari": "february", "maret": "march", "mei": "may", "juni": "june", "juli": "july", "agustus": "august",
    "senin": "monday", "selasa": "tuesday", "rabu": "wednesday", "kamis": "thursday", "jumat": "friday", "sabtu": "saturday",
    "minggu": "sunday", "oktober": "october", "desember": "december", "belanda": "dutch netherlands", "jepang": "japan japanese", "inggris": "english",
    "lsm": "ngo ngos", "kepala": "head", "ketua": "chair chairman chairperson", "direktur": "director", "sekretaris": "secretary",
    "bidang": "division", "seksi": "section", "bagian": "department", "ekonomi": "economy economic", "kreatif": "creative",
    "pemberdayaan": "empowerment", "masyarakat": "community", "pelatihan": "training", "kerajinan": "craft crafts handicraft handicrafts",
    "perpustakaan": "library libraries", "kearsipan": "archive archives", "arsip": "archives", "peraturan": "regulation regulations",
    "pembangunan": "development pengembangan", "perencanaan": "planning", "rencana": "plan", "induk": "master", "statistik": "statistics", "teknologi": "technology",
    "komunikasi": "communication communications", "informatika": "informatics", "penanggulangan": "management", "bencana": "disaster disasters",
    "pelabuhan": "port", "hukum": "law laws act undang-undang uu", "negeri": "home affairs interior", "keputusan": "decree decision", "presiden": "president presidential",
    "gubernur": "governor", "wakil": "deputy vice", "agama": "religion religious", "pemuda": "youth", "olahraga": "sports", "sekretariat": "secretariat", "perumahan": "housing", "penelitian": "research", "nasional": "national", "politeknik": "polytechnic",
    "penyuluhan": "extension outreach", "pengawasan": "supervision oversight", "pemasaran": "marketing",
    "perlindungan": "protection", "ketahanan": "resilience", "pangan": "food", "energi": "energy", "kelautan": "marine", "perizinan": "licensing",
    "akademi": "academy", "sekolah": "school schools", "keluarga": "family families", "anak": "children", "kebakaran": "fire",
    "bumn": "soe soes", "csr": "tjsl", "covid": "covid-19", "nomor": "number no",
}.items():  # fmt: skip
    for _variant in (_form, *_variants.split()):
        _SAME[_variant] = _form

_NAME = re.compile(r"[^\W\d_][\w'’-]*")
_PRICE = re.compile(r"rp\d", re.IGNORECASE)
# "dijawa", "keperbankan": prepositions that scans and hasty writers glue to what follows; "CSRnya": whose it is.
_GLUED = re.compile(r"^(?:di|ke)(?=\w{4})|(?<=\w{3})-?nya$")
_SHORTEST_RESPELLED = 5
_INITIALS, _JOINING = range(3, 7), frozenset("dan and of the di for untuk".split())
# These open a sentence and are never part of the name that follows ("However, Blitar …", "Namun Dinas Perindustrian …").
_OPENERS = frozenset(
    "bersama beserta yes ya no tidak together both studi study studies penelitian research riset temuan findings hasil results untuk "
    "informant informan respondent responden participant trainee peserta grup group "
    "however moreover furthermore thus hence although despite instead meanwhile whereas besides unlike regarding additionally similarly until since "
    "namun meski meskipun walau walaupun selain sedangkan sementara kemudian akhirnya awalnya sebagian beberapa seluruh berbagai karena jika bila sejak".split()
)
_OPENS = re.compile(r"(?:^|[.!?:;]\s+|[“\"‘(]\s*|\n)\W*$")
# Shapes that both languages give to words, hardly ever to names. Nothing shorter or freer: Jember, Plered, Pekalongan and
# Medan look like words otherwise.
_ORDINARY_SHAPE = re.compile(
    r"^(?:\w{3,}(?:tions?|sions?|ments?|ness|ships?|ees|ous|(?:ur|ion|ic)al|\w{2}ants?|ful|ances?|ences?|isms?|ability|ities|ists|ers|ors|ies)|\w{5,}(?:ings?|ed|ly|ally|ity)"
    r"|(?:me|di|ter|ber)\w{4,}kan|pe(?:m|n|ng|ny)\w{4,}an|ke\w{5,}an|\w{4,}(?:nya|asi|itas|isme))$",
    re.IGNORECASE,
)
# Words that often open a sentence about a study and are spelled like names there.
_ORDINARY = frozenset(
    "trust lack women men people members obstacles barriers wages income money capital social batik silver salt coffee clay craft crafts products "
    "product sales prices price costs cost results result data figures evidence studies study research researchers papers paper limited low high weak "
    "strong poor new old young local several few half around nearly almost roughly despite although however moreover furthermore thus hence since until "
    "once today later then finally first second third overall additionally conversely similarly instead meanwhile whereas unlike besides regarding "
    "two three four five six seven eight nine ten support budget funds funding aid help work joint public private state village villages town "
    "households families parents mothers fathers children youth students actors stakeholders respondents informants participants residents facilities "
    "tools equipment raw material materials demand supply access quality skills markets market tourists visitors exports revenue profits loans credit "
    "kolaborasi kerja modal hambatan kendala tantangan hasil jumlah sebanyak sekitar hampir para pihak warga masyarakat perempuan laki-laki anggota "
    "bantuan biaya dana anggaran harga upah hutang utang produk produksi pasar usaha kerajinan perak garam kopi kain motif alat bahan mutu kualitas "
    "sejak meski meskipun walau walaupun namun selain itulah sementara sedangkan kemudian akhirnya awalnya kini dulu sebagian beberapa seluruh berbagai "
    "pemerintah perajin pengrajin petani pedagang pengusaha peneliti peserta pelaku pengelola pembatik penjual pembeli pekerja pemuda pengurus "
    "pelatihan pengembangan pemberdayaan pembinaan penelitian peningkatan pendapatan perubahan pemasaran penjualan pembiayaan pengetahuan "
    "perencanaan pelaksanaan pembangunan peran kepercayaan kemitraan kerajinan keterbatasan kegiatan komitmen kesepakatan kepala keluarga kelompok "
    "keuntungan koperasi dinas bupati tokoh jaringan struktur aturan aktor program proyek festival pameran cooperative government community company "
    "office regent leader leaders member chair village head interview interviews survey meetings meeting agreement rules rule structure network "
    "artisans artisan curah kaum tanah pemilik produce rainfall humidity ketua kepala pengurus penghasilan permintaan persediaan pasokan bahan baku "
    "suku bunga sarana prasarana fasilitas bangunan rumah keluarga suami istri janda lansia balita bayi rakyat penduduk pendatang pelanggan mitra relawan "
    "debt debts savings wage income incomes harvest rain dust noise smoke heat cold soil rivers lakes forests trees leaves fruit fruits vegetables meat milk "
    "eggs bread salt sugar coffee tea tobacco cotton silk wool leather metal iron gold copper stone stones sand bricks tiles roofs walls doors windows "
    "layanan berkat survei wali keterampilan pengunjung kebanyakan sebagian mangrove toilet robusta arabika jalan lahan sawah kebun bengkel gudang ekspor "
    "impor penjualan tarif tiket museum rapat pertemuan wawancara kuesioner responden pelanggan pembelian pendamping penyuluh nelayan tengkulak pengepul "
    "karyawan buruh tukang guru murid siswa mahasiswa dosen ibu bapak anak orang remaja ekowisata wisata wisatawan hotel lokasi kawasan wilayah air udara "
    "listrik limbah sampah banjir kekeringan musim cuaca panen benih pupuk ternak ikan udang beras padi gabah jagung kedelai teh karet sawit kayu bambu "
    "rotan tembaga besi emas benang tenun tari musik makanan minuman kuliner toko kios warung bank kredit pinjaman laba rugi omzet inflasi pajak izin "
    "sertifikat merek kemasan iklan promosi media internet aplikasi teknologi inovasi ide gagasan rencana tujuan manfaat dampak akibat sebab alasan "
    "free complaints complaint youths fishers fishermen clay kiln kilns loom looms yarn thread cloth cloths dye dyes wood bamboo rattan rice maize corn "
    "fish shrimp fertiliser fertilizer seeds harvest harvests land roads road bridge bridges water power electricity waste floods drought weather season "
    "food drinks shops shop stalls stall bank banks loan credit profit losses turnover tax taxes licences permits certificates brands packaging promotion "
    "internet technology innovation ideas plans goals benefits impact causes reasons tickets admission entrance museum hotels hotel tourism guides guide "
    "everyone everybody nobody none another each either neither wells schools school classes courses course graduates workers employees staff owners owner "
    "buyers customers consumers suppliers middlemen collectors elders heads neighbours relatives volunteers experts officials mothers housewives wives "
    "grup informan narasumber saksi programme programmes project projects festival exhibition "
    "setiap sejumlah mayoritas minat minimnya kurang kurangnya rendahnya tingginya adanya studi riset data desa kota tingkat jika bila karena".split()
)


def fold_name(word: str) -> str:
    """The form under which a word of a name is compared."""
    lowered = word.lower().strip("'’-")
    lowered = lowered.removesuffix("'s").removesuffix("’s")
    single = lowered.removesuffix("s")
    return _SAME.get(lowered) or _SAME.get(single, lowered)


def names_in(text: str, is_word: Callable[[str], bool] | None = None) -> set[str]:
    """Words of a text that are written as names, folded. A capitalised word at the start of a sentence counts unless it is
    a word of a closed class, or looks like an ordinary word and no other name follows it. `is_word` knows more ordinary
    words, in lower case."""
    found = set()
    matches = list(_NAME.finditer(text))
    for place, match in enumerate(matches):
        word = match.group()
        inner = any(letter.isupper() for letter in word[1:])
        if not (word[0].isupper() or inner) or word.lower() in STOP_WORDS:
            continue
        if numbers_in(word) or _PRICE.match(word):
            continue
        if not inner and _OPENS.search(text[: match.start()]):
            following = matches[place + 1].group() if place + 1 < len(matches) else ""
            named = following[:1].isupper() and following.lower() not in STOP_WORDS
            if word.lower() in _OPENERS or (_is_ordinary(word, is_word) and not named):
                continue
        found.add(fold_name(word))
    return found


def missing_names(names: Iterable[str], text: str) -> set[str]:
    """Which of some folded names a text does not hold: as a word, glued to a preposition ("dijawa") or a possessive, or as
    the initials of words that stand in a row."""
    missing = set(names) - words_in(text)
    if missing:
        glued = (_GLUED.sub("", match.group().lower()) for match in _NAME.finditer(text))
        missing -= {fold_name(word) for word in glued}
    return missing - _initials_in(text) if missing else missing


def respelled(text: str, quotes: str, paper: str) -> str:
    """`text` with names as the quotes spell them, where that is one slip away and `paper` has both spellings: what a
    study calls "Ansell" here and "Ansel" there is one name to whoever writes about it."""
    held = words_in(quotes)
    strange = {name for name, _ in spelled_words(text) if name[0].isupper() and fold_name(name) not in held}
    spelled_too = words_in(paper) if strange else frozenset()
    for name in sorted(strange):
        lowered = name.lower()
        if len(name) < _SHORTEST_RESPELLED or lowered not in spelled_too:
            continue
        slips = set(one_slip(lowered))
        theirs = next((word for word, _ in spelled_words(quotes) if word[0].isupper() and word.lower() in slips), None)
        if theirs is not None and len(theirs) >= _SHORTEST_RESPELLED:
            text = re.sub(rf"\b{re.escape(name)}\b", theirs, text)
    return text


def _initials_in(text: str) -> set[str]:
    firsts = [word[0].lower() for word, _ in spelled_words(text) if word.lower() not in _JOINING]
    return {
        fold_name("".join(firsts[start : start + length]))
        for length in _INITIALS
        for start in range(len(firsts) - length + 1)
    }


def spelled_words(text: str) -> list[tuple[str, int]]:
    """Every word of a text as it is spelled, with the place (in characters) where it begins."""
    return [(match.group(), match.start()) for match in _NAME.finditer(text)]


@lru_cache(maxsize=_REMEMBERED)
def words_in(text: str) -> frozenset[str]:
    """All words of a text, folded as names are."""
    return frozenset(fold_name(match.group()) for match in _NAME.finditer(text))


def _is_ordinary(word: str, is_word: Callable[[str], bool] | None) -> bool:
    """Whether every part of a word that stands between hyphens is an ordinary word."""
    return all(
        part in _ORDINARY or part in STOP_WORDS or bool(_ORDINARY_SHAPE.match(part)) or bool(is_word and is_word(part))
        for part in word.lower().strip("'’").split("-")
    )
