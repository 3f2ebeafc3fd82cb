"""Names across scripts, spellings and orders, and what must not be taken for each other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampan.supply.names.clean import NAME_LIMIT, clean
from sampan.supply.names.index import NameIndex
from sampan.supply.names.readings import read
from sampan.supply.names.syllables import CLASSES, PINYIN, WADE_GILES, split_word
from sampan.supply.screening import THRESHOLD

OTHERS = [f"{a} {b}" for a in ("Zhou", "Sun", "He") for b in ("jianbo", "meifu", "jianfu")]


def score(query: str, *listed: str) -> float:
    index = NameIndex()
    index.add(0, listed)
    for number, name in enumerate(OTHERS, 1):
        index.add(number, [name])
    index.freeze()
    return max((hit.score for hit in index.search(query, 0) if hit.party == 0), default=0.0)


@pytest.mark.parametrize(
    "query, listed",
    [
        ("Xiaoming Wang", "Wang Xiaoming"),
        ("WANG, Xiao-Ming", "王小明"),
        ("wangxiaoming", "王小明"),
        ("王小明", "Wang Xiaoming"),
        ("王曉明", "王晓明"),
        ("Wáng Xiǎomíng", "Wang Xiaoming"),
        ("Chang Hsiao-ming", "Zhang Xiaoming"),
        ("Ts'ai Kuo-ch'iang", "蔡国强"),
        ("Hsü Chih-mo", "徐志摩"),
        ("Zeng Guofan", "曾国藩"),
        ("Shan Xiongxin", "单雄信"),
        ("Wаng Xiаоming", "Wang Xiaoming"),  # Cyrillic letters among them
        ("Wang\u200b Xiao\u202eming\u200f", "Wang Xiaoming"),
        ("Ｗａｎｇ　Ｘｉａｏｍｉｎｇ", "Wang Xiaoming"),
        ("Wang Xiaomnig", "Wang Xiaoming"),
        ("Иванов Сергей", "Sergey Ivanov"),
        ("Shenzhen Huaxin Tech Limited", "Shenzhen Huaxin Technology Co., Ltd."),
        ("深圳市华芯科技有限公司", "Shenzhen Huaxin Technology Co., Ltd."),
        ("SHENZHEN HUAXIN TECHNOLOGY", "深圳华芯科技有限公司"),
        ("O'Brien Trading LLC", "OBrien Trading Inc."),
    ],
)
def test_the_same(query: str, listed: str) -> None:
    assert score(query, listed) >= THRESHOLD


@pytest.mark.parametrize(
    "query, listed",
    [
        ("Li Mei", ["Li Wei"]),
        ("Wang Xiaolong", ["Wang Xiaoming"]),
        ("Zhang Xiaoming", ["Wang Xiaoming"]),
        ("王晓明", ["王小明", "Wang Xiaoming"]),  # the same sound, other characters
        ("Wang Mingxiao Zhi", ["Wang Zhi Mingxiao Li"]),
        ("深圳华龙科技有限公司", ["深圳华芯科技有限公司"]),
        ("Shenzhen Hualong Technology Co., Ltd.", ["Shenzhen Huaxin Technology Co., Ltd."]),
        ("Guangzhou Xingao Semiconductor", ["Gao Xin"]),
    ],
)
def test_not_the_same(query: str, listed: list[str]) -> None:
    assert score(query, *listed) < THRESHOLD


def test_a_name_that_is_listed_hundreds_of_times() -> None:
    """What all names have in common is no reason to compare none of them."""
    index = NameIndex()
    for number in range(400):
        index.add(number, ["Nobody Nemo"])
    index.freeze()
    assert index.search("Nemo, Nobody", THRESHOLD)[0].score == 100


def test_the_sound_counts_where_the_characters_are_not_known() -> None:
    assert score("王晓明", "Wang Xiaoming") >= THRESHOLD
    assert score("Wang Xiaoming", "王小明", "Wang Xiaoming") >= THRESHOLD


def test_what_is_remarked_on() -> None:
    assert clean("Wang Xiaoming").remarks == ()
    assert "marks of text direction in it" in clean("Wang\u202e X").remarks
    assert "characters in it that nobody sees" in clean("Wa\u200bng").remarks
    assert "a word that mixes scripts: cyrillic, latin" in clean("Wаng").remarks
    assert clean("Иванов").remarks == () and clean("王小明").remarks == ()
    assert f"cut after {NAME_LIMIT} characters" in clean("a" * 10_000).remarks


def test_syllables() -> None:
    assert split_word("xiaoming", "pinyin") == ("xiao", "ming")
    assert split_word("xian", "pinyin") == ("xian",)
    assert split_word("fangan", "pinyin") == ("fan", "gan")
    assert split_word("hsiao", "pinyin") is None
    assert split_word("technology", "pinyin") is None
    assert WADE_GILES["chang"] == {"zhang", "chang"} and WADE_GILES["hsiao"] == {"xiao"}
    assert WADE_GILES["tzu"] == {"zi", "ci"} and WADE_GILES["kuo"] == {"guo", "kuo"}
    for spelling, options in WADE_GILES.items():
        together = options | ({spelling} & PINYIN)
        assert len({CLASSES[one] for one in together}) == 1, spelling


def test_a_legal_form_alone_is_still_a_name() -> None:
    assert not read("Co., Ltd.").empty and not read("有限公司").empty
    assert read("").empty and read("--- !!").empty and read("\u202e\u200b").empty


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_read_and_is_like_itself(text: str) -> None:
    name = read(text)
    if not name.empty:
        assert score(text, text) == pytest.approx(100)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(PINYIN)), min_size=2, max_size=3))
def test_a_turned_name_is_the_same_name(syllables: list[str]) -> None:
    surname, given_name = syllables[0], "".join(syllables[1:])
    assert score(f"{given_name} {surname}", f"{surname} {given_name}") >= THRESHOLD
