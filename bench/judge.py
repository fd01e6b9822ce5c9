"""Reading and judging a sheet: 10,000 rows × 30 columns. Baseline: the bare workbook reader on the same file."""

import io
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

ROWS, WIDTH = 10_000, 30
AS_OF = date(2026, 11, 23)
HEAD = (
    "No", "Nama Usaha", "Nama Pemilik", "No WA", "Alamat", "Kelurahan", "Kecamatan", "NIB", "No PIRT", "Sertifikat Halal", "Jenis",
    "Nama Produk", "Varian", "Harga Jual", "Satuan", "Berat", "Stok", "Keterangan", "Link Foto",
)  # fmt: skip
PLACES = (
    ("Imopuro", "Metro Pusat"),
    ("Banjarsari", "Metro Utara"),
    ("Ganjar Agung", "Metro Barat"),
    ("Yosodadi", "M. Timur"),
)
PRICES = ("Rp {}.000,-", "{}rb", "{}.500", "Rp{}000")
WEIGHTS = ("250 gr", "1/4 kg", "500gr", "± 200 gr", "1 kg")


def run() -> None:
    """Writes the sheet, then measures in a fresh process each, so that memory is the way's own."""
    with tempfile.TemporaryDirectory(prefix="jembatan-bench-") as folder:
        file = Path(folder) / "lembar.xlsx"
        file.write_bytes(sheet(ROWS))
        found = {way: measure(file, way) for way in ("bare", "read", "judged")}
    print(f"{'':<28}{'seconds':>10}{'CPU s':>10}{'rows':>10}{'MB in all':>12}")
    for name, (seconds, cpu, rows, megabytes) in found.items():
        print(f"{NAMES[name]:<28}{seconds:>10.2f}{cpu:>10.2f}{rows:>10,}{megabytes:>12.0f}")
    print(f"judged ÷ bare: {found['judged'][1] / found['bare'][1]:.1f} ×; aim: at most 3 s and 200 MB")


NAMES = {"bare": "bare calamine", "read": "read with all checks", "judged": "read and judged"}


def sheet(rows: int) -> bytes:
    """Every row another product; four products a business."""
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet("Data")
    page.append([*HEAD, *(f"Kolom {number}" for number in range(len(HEAD), WIDTH))])
    for number in range(rows):
        page.append(row(number))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def row(number: int) -> list[str | int]:
    """One product as offices write it."""
    owner, place = number // 4, PLACES[number // 4 % len(PLACES)]
    told = [
        number + 1, f"Usaha {owner}", f"Pemilik {owner}", f"0890{owner:08d}", f"Jl. Contoh No. {owner}", *place,
        f"99000{owner:08d}",
        f"20618720{number % 100000:05d}-30", f"ID1811{number:013d}", "Makanan", f"Keripik Pisang {number}", "coklat, keju, pedas",
        PRICES[number % len(PRICES)].format(5 + number % 90), "bks", WEIGHTS[number % len(WEIGHTS)], number % 50,
        f"Keripik buatan rumahan nomor {number}, renyah dan gurih.", f"https://drive.google.com/file/d/ID{number}/view",
    ]  # fmt: skip
    return [*told, *(f"isi {number}" for _ in range(WIDTH - len(told)))]


def measure(file: Path, way: str) -> tuple[float, float, int, float]:
    """(seconds, CPU seconds, rows, megabytes of the process) of one way in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.judge", str(file), way], check=True, capture_output=True, text=True
    )
    seconds, cpu, rows, megabytes = json.loads(done.stdout)
    return float(seconds), float(cpu), int(rows), float(megabytes)


def read(file: Path, way: str) -> int:
    """Rows that a way gives."""
    from bridge.settings import load_folder
    from bridge.sheets import judge_book, parse_import_rules, read_book

    content = file.read_bytes()
    if way == "bare":
        return len(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
    book = read_book(file.name, content)
    if way == "read":
        return len(book.sheets[0].rows)
    return len(judge_book(book, parse_import_rules(load_folder("import")), AS_OF))


def main(file: str, way: str) -> None:
    """One measurement as JSON."""
    import resource

    import bridge.sheets  # noqa: F401  what a process loads once is no part of it

    begun, cpu = time.monotonic(), time.process_time()
    rows = read(Path(file), way)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.monotonic() - begun, time.process_time() - cpu, rows, used]))


if __name__ == "__main__":
    main(*sys.argv[1:])
