"""Loading 省市区: the shipped list, later lists, broken files."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.addressing.errors import AreaListInvalid
from accounts.addressing.events import AreasChanged
from accounts.addressing.lists import read_list, shipped_list
from accounts.models import Area, AreaList
from accounts.selectors.addresses import address_snapshot, owned_address
from accounts.services.areas import load_areas, load_shipped_areas
from tests.factories.areas import SOME, install_areas, make_address
from tests.factories.people import UserFactory


def _file(tmp_path: Path, text: str, name: str = "areas-2024-01-01.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def test_the_shipped_list_has_every_province_and_three_levels():
    listed = read_list(shipped_list())
    by_level = {level: [area for area in listed.areas if area.level == level] for level in (1, 2, 3)}

    assert len(by_level[1]) == 34
    assert len(by_level[2]) > 350
    assert len(by_level[3]) > 3200
    names = {area.code: area.name for area in listed.areas}
    assert names[110000] == "北京市"
    assert names[440106] == "天河区"
    assert names[659001] == "石河子市"
    assert names[441900119] == "长安镇"
    assert names[810000] == "香港特别行政区"


def test_every_city_of_the_shipped_list_has_something_below_it():
    listed = read_list(shipped_list())
    parents = {area.parent for area in listed.areas}

    assert [area for area in listed.areas if area.level < 3 and area.code not in parents] == []


def test_the_command_loads_the_shipped_list_and_a_second_run_changes_nothing(db):
    first, second = StringIO(), StringIO()

    call_command("load_areas", stdout=first)
    call_command("load_areas", stdout=second)

    assert "0 changed, 0 retired" in first.getvalue()
    assert "0 new, 0 changed, 0 retired" in second.getvalue()
    assert Area.objects.count() == len(read_list(shipped_list()).areas)
    assert AreaList.objects.count() == 1


def test_loading_again_emits_nothing(db, emitted):
    load_shipped_areas()
    assert emitted == [AreasChanged()]

    load_shipped_areas()

    assert emitted == [AreasChanged()]


def test_a_later_list_retires_renames_and_adds_and_old_addresses_keep_their_areas(db):
    install_areas()
    user = UserFactory()
    address = make_address(user)
    later = [row for row in SOME if row[0] != 440106]
    later = [(code, parent, "海珠新区" if code == 440105 else name, level) for code, parent, name, level in later]
    later.append((440118, 440100, "增城区", 3))

    changes = install_areas(later, version="2027-01-01")

    assert (changes.added, changes.changed, changes.retired) == (1, 1, 1)
    assert not Area.objects.get(pk=440106).is_valid
    assert Area.objects.get(pk=440106).version == "2023-06-30"
    assert Area.objects.get(pk=440105).name == "海珠新区"
    assert Area.objects.get(pk=440105).version == "2027-01-01"
    kept = owned_address(user_id=user.pk, address_id=address.pk)
    assert address_snapshot(kept)["district"] == "天河区"


def test_an_area_that_comes_back_is_in_force_again(db):
    install_areas()
    install_areas([row for row in SOME if row[0] != 440106], version="2027-01-01")

    install_areas(version="2028-01-01")

    assert Area.objects.get(pk=440106).is_valid


def test_an_order_of_lines_with_children_first_loads_too(db, tmp_path):
    path = _file(tmp_path, "code,parent,name\n110101,110100,东城区\n110100,110000,市辖区\n110000,,北京市\n")

    assert load_areas(listed=read_list(path)).added == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("code;parent;name\n110000;;北京市\n", 1),
        ("code,parent,name\n110000,,北京市\n110000,,天津市\n", 3),
        ("code,parent,name\n110101,110100,东城区\n", 2),
        ("code,parent,name\n11,,北京市\n", 2),
        ("code,parent,name\nabc,,北京市\n", 2),
        ("code,parent,name\n110000,,\n", 2),
        (f"code,parent,name\n110000,,{'京' * 41}\n", 2),
        ("code,parent,name\n110000,\n", 2),
        ("code,parent,name\n110000,,北京市\n110100,110000,a\n110101,110100,b\n110102,110101,c\n", 5),
        ("code,parent,name\n110000,110000,北京市\n", 2),
    ],
)
def test_a_broken_list_is_refused_with_its_line(tmp_path, text, line):
    with pytest.raises(AreaListInvalid) as refused:
        read_list(_file(tmp_path, text))

    assert refused.value.params["line"] == line


def test_a_list_in_gbk_is_refused_with_its_line(tmp_path):
    path = tmp_path / "areas-2024-01-01.csv"
    path.write_bytes("code,parent,name\n110000,,北京市\n".encode("gbk"))

    with pytest.raises(AreaListInvalid) as refused:
        read_list(path)

    assert refused.value.params["line"] == 2


def test_nothing_of_a_broken_list_is_loaded(db, tmp_path):
    path = _file(tmp_path, "code,parent,name\n110000,,北京市\n110100,990000,市辖区\n")

    with pytest.raises(CommandError, match="990000"):
        call_command("load_areas", file=path)

    assert Area.objects.count() == 0


def test_a_file_without_a_day_in_its_name_needs_one(db, tmp_path):
    path = _file(tmp_path, "code,parent,name\n110000,,北京市\n", name="mine.csv")

    with pytest.raises(CommandError, match="--as-of"):
        call_command("load_areas", file=path)
    call_command("load_areas", file=path, as_of="2026-01-01", stdout=StringIO())

    assert Area.objects.get(pk=110000).version == "2026-01-01"


def test_a_missing_file_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("load_areas", file=tmp_path / "nowhere-2026-01-01.csv")
