"""Names of people and companies that do not exist, and what becomes of them in practice.

Makes a party list and queries whose right answers are known: variants of listed names, by kind, and
names that are alike but are others'. All from a seed. The spellings come from pypinyin, not from
the tables of the code under test. A chance likeness to a real name means nothing.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

import opencc  # type: ignore[import-untyped]
from pypinyin import Style, lazy_pinyin
from pypinyin.style import convert

SURNAMES = list(
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭萧田董袁潘蒋蔡余杜"
    "叶程苏魏吕丁姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶贺"
    "顾毛郝龚邵万钱严武戴莫孔向汤"
)
SPECIAL = {
    "曾": "zeng",
    "单": "shan",
    "任": "ren",
    "欧阳": "ouyang",
    "司马": "sima",
    "诸葛": "zhuge",
}
GIVEN = list(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建文志国庆海波宏峰林春雪梅慧"
    "琳倩婷玲俊飞鹏辉斌亮浩宇晨欣怡佳颖雨嘉思梦雅晓小永立新德福贵祥瑞荣昌盛兴东南北西"
    "山川江河云天子龙虎凤鸣安宁康泰仁义礼智信忠孝诚敬光耀祖承恩学博达远航启程若水清源"
    "泽润培根本固邦正直方圆和顺谦恭"
)
BRANDS = list(
    "华芯创联海天宏远中科锐捷星汉云鼎盛瑞恒通达博雅凯德威力奥普金泰信诚佳和新启明智汇"
    "龙腾飞越卓越精诚立友利源丰泽润宝安康宁广大永固"
)
CITIES = {
    "北京": "Beijing",
    "上海": "Shanghai",
    "深圳": "Shenzhen",
    "广州": "Guangzhou",
    "杭州": "Hangzhou",
    "南京": "Nanjing",
    "苏州": "Suzhou",
    "成都": "Chengdu",
    "武汉": "Wuhan",
    "西安": "Xi'an",
    "合肥": "Hefei",
    "济南": "Jinan",
    "天津": "Tianjin",
    "厦门": "Xiamen",
    "宁波": "Ningbo",
}
FIELDS = {
    "科技": "Technology",
    "电子": "Electronics",
    "半导体": "Semiconductor",
    "贸易": "Trading",
    "国际贸易": "International Trading",
    "进出口": "Import & Export",
    "信息技术": "Information Technology",
    "精密机械": "Precision Machinery",
    "光电科技": "Optoelectronics Technology",
    "航空设备": "Aviation Equipment",
    "软件": "Software",
    "新材料": "New Materials",
    "网络": "Network",
    "物流": "Logistics",
}
FOREIGN_GIVEN = """
    Sergei Dmitri Olga Farid Hassan Amira Pedro Lucía Jürgen Zoë Søren Anaïs Tomasz Karim
    Leila Viktor Nadia Björn Émile Ximena Goran Yusuf Ingrid Mateo
""".split()
FOREIGN_ROOTS = """
    Volk Sorok Petr Karan Bel Kuz Osman Rahim Ferr Lind Novak Zel Tarkh Mor Gal Hadd Sulim
    Ibarr Kast Drag Vesel Orl Bogd March
""".split()
FOREIGN_ENDS = "ov enko zadeh sson ez ini ski ic oglu ari ström müller".split()
SHORTENED = {
    "Technology": "Tech",
    "International": "Intl",
    "Electronics": "Electronic",
    "Import & Export": "Imp. and Exp.",
    "Information": "Info",
    "Semiconductor": "Semiconductors",
}
HOMOGLYPHS = {
    "a": "а",
    "e": "е",
    "o": "о",
    "p": "р",
    "c": "с",
    "x": "х",
    "y": "у",
    "i": "і",
    "s": "ѕ",
}
UNSEEN = ["\u200b", "\u200f", "\u202e", "\u2060", "\u00ad", "\ufeff", "\u200e"]
_T2S, _S2T = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")


@dataclass(frozen=True)
class Person:
    """`han` is empty for those who have no Chinese name."""

    surname: str
    given: tuple[str, ...]
    han: str

    @property
    def latin(self) -> str:
        return f"{self.surname.title()} {''.join(self.given).title()}"

    @property
    def sound(self) -> str:
        return " ".join(sorted((self.surname, *self.given)))


@dataclass(frozen=True)
class Company:
    city: str
    brand: str
    field: str

    @property
    def han(self) -> str:
        return f"{self.city}{self.brand}{self.field}有限公司"

    @property
    def brand_sound(self) -> str:
        return " ".join(sorted(lazy_pinyin(self.brand)))

    @property
    def spoken(self) -> str:
        return "".join(lazy_pinyin(self.brand)).title()

    @property
    def latin(self) -> str:
        return f"{CITIES[self.city]} {self.spoken} {FIELDS[self.field]} Co., Ltd."

    @property
    def sound(self) -> str:
        return self.latin.lower()


@dataclass
class Query:
    """`party` is the number of the party that is meant, None for somebody who is not listed."""

    kind: str
    text: str
    party: int | None


@dataclass
class MadeUp:
    """A party list, as the names of each party, and the queries."""

    parties: list[list[str]] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)


class _Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.made = MadeUp()
        self.sounds: set[str] = set()
        self.brands: set[str] = set()  # of those that are listed, by their sound
        self.refused: set[str] = set()  # of those that are not

    # ---- who there is ---------------------------------------------------------------------------

    def person(self) -> Person:
        pick = self.random
        if pick.random() < 0.06:
            surname = pick.choice(list(SPECIAL))
            spoken = SPECIAL[surname]
        else:
            surname = pick.choice(SURNAMES)
            spoken = lazy_pinyin(surname)[0]
        given = "".join(pick.choice(GIVEN) for _ in range(pick.choice((1, 2, 2))))
        return Person(spoken, tuple(lazy_pinyin(one)[0] for one in given), surname + given)

    def foreigner(self) -> Person:
        pick = self.random
        surname = pick.choice(FOREIGN_ROOTS) + pick.choice(FOREIGN_ENDS)
        return Person(surname.lower(), (pick.choice(FOREIGN_GIVEN).lower(),), "")

    def company(self) -> Company:
        pick = self.random
        brand = "".join(pick.sample(BRANDS + GIVEN, pick.choice((2, 2, 3))))
        return Company(pick.choice(list(CITIES)), brand, pick.choice(list(FIELDS)))

    def new(self, make: Callable[[], Person | Company]) -> Person | Company:
        """One that sounds like none before, so that there is one right answer."""
        while True:
            found = make()
            if found.sound not in self.sounds:
                if isinstance(found, Company):
                    if found.brand_sound in self.refused:
                        continue
                    self.brands.add(found.brand_sound)
                self.sounds.add(found.sound)
                return found

    def list_party(self, *names: str) -> int:
        self.made.parties.append(list(names))
        return len(self.made.parties) - 1

    def positive(self, kind: str, listed: str, query: str) -> None:
        self.made.queries.append(Query(kind, query, self.list_party(listed)))

    def negative(self, kind: str, query: str) -> None:
        self.made.queries.append(Query(kind, query, None))


def wade_giles(syllable: str) -> str:
    """By pypinyin, but for its vowels of `hai` and `ü`; apostrophes as they come."""
    if syllable == "hai":
        return "hai"
    return convert(syllable, Style.WADEGILES, False).replace("v", "u")


def _wade_giles_name(person: Person) -> str:
    surname = wade_giles(person.surname) if person.han and len(person.surname) < 6 else ""
    return f"{surname.capitalize()} {'-'.join(map(wade_giles, person.given)).capitalize()}"


def slip(text: str, pick: random.Random) -> str:
    """One slip of the pen, not at the beginning of a word."""
    places = [at for at in range(1, len(text) - 1) if text[at - 1 : at + 2].isalpha()]
    at = pick.choice(places)
    how = pick.choice(("swap", "drop", "double", "other"))
    if how == "swap" and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if how == "drop":
        return text[:at] + text[at + 1 :]
    if how == "double":
        return text[:at] + text[at] + text[at:]
    other = pick.choice([one for one in "abcdefghijklmnopqrstuvwxyz" if one != text[at].lower()])
    return text[:at] + other + text[at + 1 :]


def _look_alike(text: str, pick: random.Random) -> str:
    places = [at for at, one in enumerate(text) if one in HOMOGLYPHS]
    chosen = set(pick.sample(places, min(len(places), pick.choice((1, 2, 3)))))
    return "".join(HOMOGLYPHS[one] if at in chosen else one for at, one in enumerate(text))


def _unseen(text: str, pick: random.Random) -> str:
    for _ in range(pick.choice((1, 2, 3))):
        at = pick.randrange(len(text) + 1)
        text = text[:at] + pick.choice(UNSEEN) + text[at:]
    return text


def _toned(person: Person, pick: random.Random) -> str:
    if not person.han:
        return unicodedata.normalize("NFD", person.latin).upper()
    words = lazy_pinyin(person.han, style=Style.TONE)
    if lazy_pinyin(person.han) != [person.surname, *person.given]:
        words = [person.surname, *person.given]
    size = 2 if person.surname in ("ouyang", "sima", "zhuge") and len(words) > 2 else 1
    text = f"{''.join(words[:size])} {''.join(words[size:])}"
    return pick.choice((text.title(), text.upper(), unicodedata.normalize("NFD", text)))


def _other_order(person: Person, pick: random.Random) -> str:
    given = "".join(person.given).title()
    surname = person.surname.title()
    return pick.choice((f"{given} {surname}", f"{surname.upper()}, {given}", f"{given}, {surname}"))


def _joined_or_split(person: Person, pick: random.Random) -> str:
    given, surname = [one.title() for one in person.given], person.surname.title()
    return pick.choice(
        (
            f"{surname} {' '.join(given)}",
            f"{surname} {'-'.join(given)}",
            surname + "".join(given).lower(),
        )
    )


def _legal_form(company: Company, pick: random.Random) -> str:
    stem = company.latin.removesuffix(" Co., Ltd.")
    return stem + pick.choice(
        (" Company Limited", " Limited", " Corp.", "", " CO LTD", ", Inc.", " (Pvt) Ltd")
    )


def _short_words(company: Company, pick: random.Random) -> str:
    text = _legal_form(company, pick)
    for long, short in SHORTENED.items():
        text = text.replace(long, short)
    return text.replace(CITIES[company.city] + " ", pick.choice((CITIES[company.city] + " ", "")))


def _positives(maker: _Maker, count: int) -> None:
    pick = maker.random

    def person() -> Person:
        found = maker.new(maker.person)
        assert isinstance(found, Person)
        return found

    def anyone() -> Person:
        found = maker.new(maker.person if pick.random() < 0.75 else maker.foreigner)
        assert isinstance(found, Person)
        return found

    def company() -> Company:
        found = maker.new(maker.company)
        assert isinstance(found, Company)
        return found

    def long_enough() -> Person | Company:
        while True:
            found = pick.choice((anyone, anyone, company))()
            if isinstance(found, Company) or len(found.latin) >= 9:  # eight letters and a space
                return found

    for _ in range(count):
        one = anyone()
        maker.positive("other order", one.latin, _other_order(one, pick))
        one = person()
        maker.positive("joined or split", one.latin, _joined_or_split(one, pick))
        one = person()
        maker.positive("characters for letters", one.latin, one.han)
        one = person()
        maker.positive("letters for characters", one.han, _joined_or_split(one, pick))
        one = person()
        while len(one.surname) > 5:
            one = person()
        text = _wade_giles_name(one)
        text = text.replace("'", "") if pick.random() < 0.5 else text
        maker.positive("Wade-Giles", pick.choice((one.latin, one.han)), text)
        some = long_enough()
        maker.positive("slip of the pen", some.latin, slip(some.latin, pick))
        one = anyone()
        maker.positive("tone marks and case", one.latin, _toned(one, pick))
        some = long_enough()
        maker.positive("look-alike letters", some.latin, _look_alike(some.latin, pick))
        some = long_enough()
        maker.positive(
            "marks nobody sees",
            pick.choice((some.han or some.latin, some.latin)),
            _unseen(some.latin, pick),
        )
        firm = company()
        maker.positive("legal form", firm.latin, _legal_form(firm, pick))
        firm = company()
        maker.positive("shortened words", firm.latin, _short_words(firm, pick))
        some = company() if pick.random() < 0.4 else person()
        maker.positive("traditional characters", some.han, _S2T.convert(some.han))
        firm = company()
        maker.positive(
            "translated company", *pick.choice(((firm.han, firm.latin), (firm.latin, firm.han)))
        )


def _negatives(maker: _Maker, count: int) -> None:
    pick = maker.random

    def unlisted(make: Callable[[], Person | Company | None]) -> Person | Company:
        while True:
            found = make()
            if isinstance(found, Company):
                if found.brand_sound in maker.brands:
                    continue  # a company of the same brand may well be the listed one
                maker.refused.add(found.brand_sound)
            if found is not None and found.sound not in maker.sounds:
                maker.sounds.add(found.sound)
                return found

    def listed_person() -> Person:
        found = maker.new(maker.person)
        assert isinstance(found, Person)
        maker.list_party(found.han, found.latin)
        return found

    def shown(found: Person | Company) -> str:
        return pick.choice((found.han, found.latin))

    for _ in range(count):
        one = listed_person()

        def same_surname(one: Person = one) -> Person:
            other = maker.person()
            han = one.han[: len(one.han) - len(one.given)] + other.han[-len(other.given) :]
            return Person(one.surname, other.given, han)

        maker.negative("shared surname", shown(unlisted(same_surname)))
        one = listed_person()

        def same_given(one: Person = one) -> Person:
            other = maker.person()
            size = len(other.han) - len(other.given)
            return Person(other.surname, one.given, other.han[:size] + one.han[-len(one.given) :])

        maker.negative("shared given name", shown(unlisted(same_given)))
        while True:
            one = listed_person()
            if len(one.given) == 2:
                break

        def one_syllable(one: Person = one) -> Person | None:
            other = pick.choice(GIVEN)
            at = pick.randrange(2)
            given, han = list(one.given), list(one.han)
            given[at], han[len(han) - 2 + at] = lazy_pinyin(other)[0], other
            return Person(one.surname, tuple(given), "".join(han))

        maker.negative("one syllable is another", shown(unlisted(one_syllable)))
        while True:
            one = listed_person()
            same = [c for c in GIVEN if lazy_pinyin(c)[0] == one.given[-1] and c != one.han[-1]]
            if same:
                break
        maker.negative("same sound, other characters", one.han[:-1] + pick.choice(same))
        firm = maker.new(maker.company)
        assert isinstance(firm, Company)
        maker.list_party(firm.han, firm.latin)

        def other_brand(firm: Company = firm) -> Company:
            return Company(firm.city, maker.company().brand, firm.field)

        maker.negative("company of another brand", shown(unlisted(other_brand)))
        maker.negative(
            "unrelated",
            shown(unlisted(pick.choice((maker.person, maker.foreigner, maker.company)))),
        )


def make(
    seed: int, each_positive: int = 160, each_negative: int = 340, size: int = 20_000
) -> MadeUp:
    """A list of about `size` parties and its queries: `each_positive` of 13 kinds, `each_negative`
    of 6 kinds."""
    maker = _Maker(seed)
    _positives(maker, each_positive)
    _negatives(maker, each_negative)
    while len(maker.made.parties) < size:
        # There are only a few thousand foreigners to be made.
        kinds = (maker.person, maker.person, maker.company, maker.foreigner)
        found = maker.new(
            maker.random.choice(kinds if len(maker.made.parties) < 15_000 else kinds[:3])
        )
        names = [name for name in (found.han, found.latin) if name]
        maker.list_party(*(names if maker.random.random() < 0.5 else names[-1:]))
    return maker.made
